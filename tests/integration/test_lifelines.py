"""Our Kaplan-Meier estimate against that of `lifelines`, on random cohorts through the real models.

`lifelines` has an environment of its own: beside the project's packages it would hold some of them back.
"""

import json
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.support.cases import days_before, lead, won
from tests.support.environments import make_environment
from tests.support.harness import Company

pytestmark = pytest.mark.external

LIFELINES = "0.30.0"
SEED = 20_261_101
AS_OF = date(2026, 11, 1)
MONTHS = [date(2026, month, 1) for month in range(6, 12)]
SIZES = {"one": 1, "few": 7, "some": 40, "many": 150}  # leads of each type, by segment
TYPES = {"whitepaper": 0.1, "webinar": 0.5, "demo": 0.95}  # share that closes sooner or later
MEAN_CYCLE_DAYS = 60
HISTORY_DAYS = 330  # less than the 12 months that are looked back on
MATURITY_DAYS = 90
WINDOW_DAYS = 90
Key = tuple[date, str, str]

# A lead that enters at lag t counts as at risk on that very day with us, and from the day after with lifelines: hence
# one day is added to every age, but not to the ages of entry. Where all that are at risk close before the others enter,
# lifelines gives no estimate.
LIFELINES_SCRIPT = """
import json, sys
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError
rates = []
for cohort in json.load(sys.stdin):
    try:
        fitter = KaplanMeierFitter().fit(cohort["ages"], cohort["has_closed"], entry=cohort["entries"])
    except StatError:
        rates.append(None)
    else:
        rates.append(1 - float(fitter.predict(cohort["until"])))
print(json.dumps(rates))
"""


class Fate(NamedTuple):
    """A lead, and the day on which it closes, if it does."""

    segment: str
    event_type: str
    lead_date: date
    customer_date: date | None


@pytest.fixture(scope="session")
def lifelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python of its own with lifelines."""
    return make_environment(tmp_path_factory.mktemp("lifelines"), f"lifelines=={LIFELINES}")


def draw_leads() -> Iterator[Fate]:
    """Leads of every segment and type; some close on their first day, many have not closed when a period begins."""
    rng = np.random.default_rng(SEED)
    for segment, size in SIZES.items():
        for event_type, share in TYPES.items():
            for _ in range(size):
                lead_date = days_before(AS_OF, int(rng.integers(1, HISTORY_DAYS)))
                cycle = timedelta(days=int(rng.exponential(MEAN_CYCLE_DAYS)))
                yield Fate(segment, event_type, lead_date, lead_date + cycle if rng.random() < share else None)


def cohorts(fates: list[Fate], window_days: int | None) -> dict[Key, dict]:
    """What is known of each cohort when a period begins, in lifelines' words; `window_days`: the recent days alone."""
    found: dict[Key, dict] = {}
    for period in MONTHS:
        cutoff = days_before(period, 1)
        for fate in (fate for fate in fates if fate.lead_date <= cutoff):
            has_closed = fate.customer_date is not None and fate.customer_date <= cutoff
            last = fate.customer_date if has_closed and fate.customer_date else cutoff
            since = fate.lead_date if window_days is None else max(fate.lead_date, days_before(period, window_days))
            if last < since:
                continue
            for segment in (fate.segment, "all"):
                cohort = found.setdefault(
                    (period, segment, fate.event_type),
                    {"ages": [], "has_closed": [], "entries": [], "until": MATURITY_DAYS + 1},
                )
                cohort["ages"].append((last - fate.lead_date).days + 1)
                cohort["has_closed"].append(has_closed)
                cohort["entries"].append((since - fate.lead_date).days)
    # Without a lead that arrived in the window the rate is null, however many older ones are followed through it.
    return {key: cohort for key, cohort in found.items() if min(cohort["entries"]) == 0}


def ask_lifelines(python: Path, asked: dict[Key, dict]) -> dict[Key, float]:
    answer = subprocess.run(
        [python, "-c", LIFELINES_SCRIPT],
        input=json.dumps(list(asked.values())),
        check=True,
        capture_output=True,
        text=True,
    )
    answers = zip(asked, json.loads(answer.stdout), strict=True)
    return {cohort: rate for cohort, rate in answers if rate is not None}


@pytest.fixture(scope="module")
def fates() -> list[Fate]:
    return list(draw_leads())


@pytest.fixture(scope="module")
def company(fates: list[Fate], tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("cohorts"))
    touches = [lead(f"L{n}", each.event_type, each.lead_date, segment=each.segment) for n, each in enumerate(fates)]
    deals = [won(f"L{n}", each.customer_date) for n, each in enumerate(fates) if each.customer_date is not None]
    company.drop_file("lead_events", touches, "leads.csv")
    company.drop_file("deal_events", deals, "deals.csv")
    rules = {"minimum_at_risk": 1, "maturity_days": MATURITY_DAYS, "life_table_window_days": WINDOW_DAYS}
    company.refresh(AS_OF, select="+fct_close_rates", **rules)
    return company


@pytest.mark.soak
@pytest.mark.parametrize(("method", "window_days"), [("kaplan_meier", None), ("life_table", WINDOW_DAYS)])
def test_the_survival_estimates_are_those_of_lifelines(
    company: Company, fates: list[Fate], lifelines: Path, method: str, window_days: int | None
) -> None:
    rows = company.query(
        f"select period_start, segment, event_type, close_rate from marts.fct_close_rates where method = '{method}'"
    )
    ours = {(row["period_start"], row["segment"], row["event_type"]): row["close_rate"] for row in rows}
    theirs = ask_lifelines(lifelines, cohorts(fates, window_days))
    assert len(theirs) > 60
    assert {key: ours[key] for key in theirs} == pytest.approx(theirs, abs=1e-9)
    print(f"{method}: {len(theirs)} cohorts agree, rates {min(theirs.values()):.3f} to {max(theirs.values()):.3f}")
