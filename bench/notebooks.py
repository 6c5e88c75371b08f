"""What an analyst's notebook would do with the same files, once with Polars and once with pandas.

Both read the files, drop repeated events, find each lead's steps and count leads and upgrades a day and segment, and
cumulate them over the month. They stop there: no close rates, cards, goals or forecast, no points or money, and nothing
is checked or kept. So they compute less than the floor does.
"""

import sys
from pathlib import Path

STEP_COLUMNS = ["event_id", "lead_id", "event_type", "occurred_at", "segment"]


def with_polars(landing: Path, types: Path) -> int:
    """Rows of the cumulative table."""
    import polars as pl  # noqa: PLC0415 - each library's own cost

    ranks = pl.read_csv(types).filter(pl.col("is_qualifying")).select("event_type", "funnel_rank")
    events = (
        pl.scan_csv(landing / "lead_events" / "*.csv")
        .select(STEP_COLUMNS)
        .with_columns(pl.col("occurred_at").str.to_datetime())
        .unique("event_id")
        .join(ranks.lazy(), on="event_type")
        .sort("lead_id", "occurred_at", "funnel_rank", descending=[False, False, True])
        .with_columns(before=pl.col("funnel_rank").cum_max().shift(1).over("lead_id"))
        .filter(pl.col("before").is_null() | (pl.col("funnel_rank") > pl.col("before")))
    )
    daily = (
        events.group_by("segment", date=pl.col("occurred_at").dt.date())
        .agg(leads=pl.col("before").is_null().sum(), upgrades=pl.col("before").is_not_null().sum())
        .sort("segment", "date")
        .with_columns(cumulative=pl.col("leads").cum_sum().over("segment", pl.col("date").dt.truncate("1mo")))
        .collect()
    )
    return len(daily)


def with_pandas(landing: Path, types: Path) -> int:
    """Rows of the cumulative table."""
    import pandas as pd  # noqa: PLC0415

    kinds = pd.read_csv(types)
    ranks = kinds[kinds.is_qualifying][["event_type", "funnel_rank"]]
    files = sorted((landing / "lead_events").glob("*.csv"))
    events = pd.concat(
        [pd.read_csv(file, usecols=STEP_COLUMNS, parse_dates=["occurred_at"]) for file in files], ignore_index=True
    )
    events = events.drop_duplicates("event_id").merge(ranks, on="event_type")
    events = events.sort_values(["lead_id", "occurred_at", "funnel_rank"], ascending=[True, True, False])
    highest = events.groupby("lead_id")["funnel_rank"].cummax()
    events["before"] = highest.groupby(events["lead_id"]).shift(1)
    steps = events[events["before"].isna() | (events["funnel_rank"] > events["before"])]
    steps = steps.assign(date=steps["occurred_at"].dt.normalize(), is_lead=steps["before"].isna())
    daily = steps.groupby(["segment", "date"])["is_lead"].agg(leads="sum", entries="count").reset_index()
    daily["cumulative"] = daily.groupby(["segment", daily["date"].dt.to_period("M")])["leads"].cumsum()
    return len(daily)


if __name__ == "__main__":
    library, landing, types = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    print({"polars": with_polars, "pandas": with_pandas}[library](landing, types))
