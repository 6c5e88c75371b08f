"""What the independent calculation makes of dates before all history, and of days that have not come."""

from datetime import datetime

import pytest

from tests.oracle.cases import Case, row_of

LANDED_AT = datetime(2026, 11, 20, 12)


def rows_by_fate(case: Case, as_of: str) -> dict[str, int]:
    tables = case.mart(as_of)
    feeds = ("leads", "deals")
    reasons = ("accepted", "implausible_date", "unknown_lead", "occurred_in_future")
    counts = {
        reason: sum(
            int(str(row_of(tables, "rpt_data_quality", feed=feed, reason=reason)["row_count"])) for feed in feeds
        )
        for reason in reasons
    }
    return {reason: rows for reason, rows in counts.items() if rows}


def test_a_mistyped_year_is_implausible_and_begins_no_mart() -> None:
    case = Case()
    case.lead("a", "demo", "2026-11-03", landed_at=LANDED_AT)
    case.lead("b", "demo", "0020-03-05", landed_at=LANDED_AT)
    case.lead("c", "demo", "1989-12-31", landed_at=LANDED_AT)
    case.lead("d", "demo", "1990-01-01", landed_at=LANDED_AT)
    assert rows_by_fate(case, "2026-11-20") == {"accepted": 2, "implausible_date": 2}


@pytest.mark.parametrize(
    ("as_of", "fates"),
    [
        ("2026-11-19", {"accepted": 1, "unknown_lead": 1, "occurred_in_future": 2}),
        ("2026-11-22", {"accepted": 1, "unknown_lead": 1, "occurred_in_future": 2}),
        ("2026-11-23", {"accepted": 3, "occurred_in_future": 1}),
        ("2026-11-24", {"accepted": 4}),
    ],
)
def test_an_event_that_is_dated_ahead_is_accepted_from_the_day_before_on(as_of: str, fates: dict[str, int]) -> None:
    case = Case()
    case.lead("a", "demo", "2026-11-24", landed_at=LANDED_AT)
    case.lead("b", "demo", "2026-11-21", landed_at=LANDED_AT)  # the day after it landed
    case.deal("u", "a", "won", "2026-11-18", landed_at=LANDED_AT)
    case.deal("v", "b", "won", "2026-11-25", landed_at=LANDED_AT)
    assert rows_by_fate(case, as_of) == fates
