"""A generated company that has every oddity of the specification at least once, the same for the same seed.

    dataset = generate(seed=7)
    dataset.write(home)       # home/landing/<feed>/*.csv, home/feeds.yml, home/seeds/<folder>/*.csv
    dataset.landed_at         # when to land it (naive UTC); `occurred_in_future` depends on it
    dataset.parameters        # as_of_date, America/New_York, USD, and the rules at their defaults
    dataset.inputs()          # what landing must make of the files, typed here without a database

Every file is a canonical CSV. `Line.rejected` marks the rows that cannot be typed. Files of a feed land in the order of
their paths: `1_history`, `2_oddities`, `3_again` (replays and conflicting duplicates of what came before).
"""

from random import Random

from tests.oracle.dataset_events import AS_OF, LANDED_AT, write_history
from tests.oracle.dataset_files import Dataset, FeedFiles
from tests.oracle.dataset_merges import write_merges
from tests.oracle.dataset_oddities import write_again, write_oddities
from tests.oracle.dataset_seeds import all_seeds
from tests.oracle.inputs import Parameters

__all__ = ["Dataset", "FeedFiles", "generate"]


def generate(seed: int = 7, leads: int = 1500) -> Dataset:
    """The company for a seed: about `leads` leads over 20 months, to 17 June 2026."""
    feeds = (
        FeedFiles("lead_events", "lead_events"),
        FeedFiles("deal_events", "deal_events"),
        FeedFiles("fair_scans", "lead_events", "Asia/Kolkata"),
        FeedFiles("partner_deals", "deal_events"),
    )
    rng = Random(seed)  # noqa: S311 - the point is that it repeats
    write_history(feeds, rng, leads)
    write_oddities(feeds)
    write_again(feeds, rng)
    merges = FeedFiles("crm_merges", "record_merges")
    write_merges(merges, feeds)
    parameters = Parameters(as_of_date=AS_OF, business_timezone="America/New_York", reporting_currency="USD")
    return Dataset((*feeds, merges), all_seeds(), parameters, LANDED_AT)
