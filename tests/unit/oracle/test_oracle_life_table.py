"""The independent calculation of the method `life_table`: the recent days of leads of any age (section 5)."""

from datetime import date
from typing import Any

import pytest

from tests.oracle.cases import Case, row_of, rows_of
from tests.oracle.inputs import Row

SHORT: dict[str, Any] = {"life_table_window_days": 10, "maturity_days": 4, "minimum_at_risk": 1, "shrinkage_leads": 0}


def won(case: Case, lead_id: str, lead_date: str, won_date: str | None, amount: str = "1000") -> None:
    case.lead(lead_id, "demo", lead_date)
    if won_date:
        case.deal(lead_id, lead_id, "won", won_date, amount=amount)


def recent_and_old() -> Case:
    """The window before February is 22 to 31 January: `old` closes in it, `older` and `late` do not in time."""
    case = Case()
    won(case, "older", "2026-01-18", "2026-01-21", "5000")
    won(case, "old", "2026-01-20", "2026-01-23")
    won(case, "late", "2026-01-25", "2026-01-31", "9000")
    won(case, "young", "2026-01-29", None)
    return case


def february(case: Case, **rules: Any) -> Row:
    tables = case.mart("2026-02-10", **{**SHORT, **rules})
    return row_of(
        tables, "fct_close_rates", period_start="2026-02-01", segment="all", event_type="demo", method="life_table"
    )


def test_period_follows_leads_of_any_age_through_the_days_of_the_window() -> None:
    # `young` is at risk at lags 0 to 2, `late` at 0 to 4, `old` at 2 and 3, where it closes.
    row = february(recent_and_old())
    assert (row["leads"], row["close_rate"], row["customers"]) == (2, pytest.approx(1 / 2), pytest.approx(1))
    assert row["shrunk_close_rate"] == pytest.approx(1 / 2)


def test_period_passes_over_lags_with_few_at_risk() -> None:
    assert february(recent_and_old(), minimum_at_risk=3)["close_rate"] == 0


def test_period_multiplies_what_survives_each_lag() -> None:
    case = recent_and_old()
    won(case, "at once", "2026-01-28", "2026-01-28")
    # Lag 0: 1 of 3 closes. Lag 3: 1 of 2.
    row = february(case)
    assert row["close_rate"] == pytest.approx(1 - 2 / 3 * 1 / 2)
    assert row["customers"] == pytest.approx(3 * 2 / 3)


def test_period_without_recent_leads_has_no_rate_though_older_ones_closed_in_the_window() -> None:
    case = Case()
    won(case, "old", "2026-01-20", "2026-01-23")
    row = february(case)
    assert (row["leads"], row["customers"], row["close_rate"], row["close_rate_low"]) == (0, 0, None, None)
    sources = rows_of(case.mart("2026-02-10", close_rate_method="life_table", **SHORT), "fct_rate_cards")
    assert {row["rate_source"] for row in sources if row["period_start"] == date(2026, 2, 1)} == {"kaplan_meier"}


def test_period_has_a_row_for_every_period_segment_and_type() -> None:
    case = recent_and_old()
    case.lead("b", "webinar", "2026-01-30", segment="emea")
    rows = rows_of(case.mart("2026-03-10"), "fct_close_rates", method="life_table")
    assert len(rows) == 3 * 3 * 3


@pytest.mark.parametrize(
    ("method", "average"), [("life_table", 1000), ("kaplan_meier", 3000), ("observed", 5000)], ids=str
)
def test_the_average_deal_value_of_period_is_of_those_who_became_customers_in_the_window(
    method: str, average: float
) -> None:
    tables = recent_and_old().mart("2026-02-10", close_rate_method=method, **SHORT)
    card = row_of(tables, "fct_rate_cards", period_start="2026-02-01", event_type="demo")
    assert (card["rate_source"], card["average_deal_value"]) == (method, pytest.approx(average))
