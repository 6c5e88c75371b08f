"""The independent calculation of what each method predicted, and of the choice `auto` (sections 5 and 6)."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from tests.oracle.backtest import PREFERENCE, Rates, backtests, chosen_method, method_in_use
from tests.oracle.cases import Case, row_of, rows_of
from tests.oracle.close_rates import CloseRate
from tests.oracle.dates import DAY, months_between
from tests.oracle.inputs import Parameters
from tests.oracle.leads import Entry, Lead, World

RULES = Parameters(as_of_date=date(2026, 1, 1))
MONTHS = months_between(date(2025, 1, 1), date(2025, 12, 1))


def lead(lead_date: date, closes_after: int | None = None, upgraded_after: int | None = None) -> Lead:
    entries = [Entry(lead_date, None, "whitepaper", "leads")]
    if upgraded_after is not None:
        entries.append(Entry(lead_date + timedelta(days=upgraded_after), "whitepaper", "demo", "leads"))
    customer_date = None if closes_after is None else lead_date + timedelta(days=closes_after)
    touched = frozenset(entry.to_type for entry in entries)
    return Lead("a", "emea", lead_date, tuple(entries), touched, "web", "/", customer_date, None, None)


def world(cut: date, customers: Mapping[date, int]) -> World:
    """Ten leads in each of these months, of whom so many close."""
    leads = [
        lead(month + 4 * DAY, 3 if number < came else None) for month, came in customers.items() for number in range(10)
    ]
    return World(cut, leads, [])


def rates(**of_method: float | None) -> Rates:
    """The same whitepaper rate in every month; methods that are not named are far off."""
    return {(month, "whitepaper", method): of_method.get(method, 1.0) for month in MONTHS for method in PREFERENCE}


def choice(known: Rates, customers: Mapping[date, int] | None = None, period: date = date(2025, 12, 1)) -> str:
    came = dict.fromkeys(MONTHS[:8], 5) if customers is None else customers
    return chosen_method(world(period - DAY, came), period, known, RULES)


@pytest.mark.parametrize("method", PREFERENCE)
def test_auto_takes_the_method_that_has_predicted_best(method: str) -> None:
    assert choice(rates(**{**dict.fromkeys(PREFERENCE, 0.4), method: 0.45})) == method


def test_too_many_predicted_is_as_wrong_as_too_few() -> None:
    assert choice(rates(matured=0.7, observed=0.4)) == "observed"


@pytest.mark.parametrize("missing", range(len(PREFERENCE)))
def test_ties_go_by_preference_and_rounding_makes_no_difference(missing: int) -> None:
    close = {method: 0.5 - 1e-13 * (4 - place) for place, method in enumerate(PREFERENCE[missing:])}
    assert choice(rates(**close)) == PREFERENCE[missing]
    assert choice(rates(**{method: 1 - rate for method, rate in close.items()})) == PREFERENCE[missing]


def test_auto_looks_at_the_last_six_matured_months_in_which_customers_came() -> None:
    known = dict(rates(observed=0.5, life_table=0.4))
    for month in MONTHS[:2]:
        known[month, "whitepaper", "observed"] = 100.0
    assert choice(known) == "observed"
    quiet = {**dict.fromkeys(MONTHS[:8], 5), MONTHS[6]: 0}
    assert choice(known, quiet) == "life_table"


def test_a_month_counts_from_the_day_on_which_its_last_lead_is_decided() -> None:
    known = {**rates(observed=0.5, life_table=0.4), (date(2025, 8, 1), "whitepaper", "observed"): 100.0}
    came = dict.fromkeys(MONTHS[:8], 5)
    assert date(2025, 8, 31) + timedelta(days=RULES.maturity_days) == date(2025, 11, 29)
    assert choice(known, came, date(2025, 12, 1)) == "life_table"
    assert choice(known, came, date(2025, 11, 1)) == "observed"


def test_a_method_that_misses_a_prediction_is_passed_over() -> None:
    known = {**rates(observed=0.5, matured=0.4), (date(2025, 5, 1), "whitepaper", "observed"): None}
    assert choice(known) == "matured"


def test_kaplan_meier_stands_in_without_experience() -> None:
    assert choice(rates(observed=0.5), {}) == "kaplan_meier"
    assert choice(rates(observed=0.5), dict.fromkeys(MONTHS[:8], 0)) == "kaplan_meier"
    assert choice(rates(**dict.fromkeys(PREFERENCE))) == "kaplan_meier"


def test_the_choice_refuses_to_look_ahead() -> None:
    with pytest.raises(ValueError, match="the day before"):
        chosen_method(world(date(2025, 12, 1), {}), date(2025, 12, 1), rates(), RULES)


def test_the_stand_in_rule_follows_the_choice() -> None:
    def overall(method: str, rate: float | None) -> CloseRate:
        return CloseRate(MONTHS[0], "all", "demo", method, 3, 0.0, None, None, None, rate)

    known = [overall("matured", None), overall("life_table", 0.0), overall("kaplan_meier", 0.1)]
    assert method_in_use(known, "matured") == "kaplan_meier"
    assert method_in_use(known, "life_table") == "life_table"
    assert method_in_use([overall("kaplan_meier", None), overall("observed", 0.5)], "matured") == "observed"
    assert method_in_use([overall("kaplan_meier", None), overall("observed", None)], "kaplan_meier") == "observed"


def test_a_prediction_counts_each_lead_under_the_type_it_had_when_it_was_decided() -> None:
    leads = [lead(date(2025, 1, 5)), lead(date(2025, 1, 5), None, 90), lead(date(2025, 1, 5), None, 91)]
    known = {(MONTHS[0], code, m): r for code, r in (("whitepaper", 0.01), ("demo", 0.1)) for m in PREFERENCE}
    rows = backtests(World(date(2025, 12, 31), leads, []), MONTHS[:1], known, RULES)
    assert [row.method for row in rows] == list(PREFERENCE)
    assert [row.predicted_customers for row in rows] == [pytest.approx(0.12)] * 4


def test_a_customer_counts_when_it_came_within_the_maturity_days() -> None:
    leads = [lead(date(2025, 1, 5), days) for days in (0, 90, 91)]
    row = backtests(World(date(2025, 12, 31), leads, []), MONTHS[:1], rates(), RULES)[0]
    assert (row.leads, row.predicted_customers, row.actual_customers) == (3, 3, 2)
    assert row.error_rate == pytest.approx(0.5)


def test_the_backtest_has_four_rows_for_every_matured_period() -> None:
    case = Case()
    case.lead("a", "demo", "2026-01-05")
    case.deal("a", "a", "won", "2026-01-20")
    case.lead("b", "demo", "2026-02-05")
    case.lead("c", "demo", "2026-04-05")
    # The last day of April and 90 days is 29 July.
    assert {str(row["period_start"]) for row in case.mart("2026-07-28")["rpt_close_rate_backtest"]} == {
        *("2026-01-01", "2026-02-01", "2026-03-01"),
    }
    tables = case.mart("2026-07-29")
    assert len(tables["rpt_close_rate_backtest"]) == 4 * 4
    first = row_of(tables, "rpt_close_rate_backtest", period_start="2026-01-01", method="observed")
    assert (first["predicted_customers"], first["actual_customers"], first["error_rate"]) == (None, 1, None)
    second = row_of(tables, "rpt_close_rate_backtest", period_start="2026-02-01", method="observed")
    assert (second["predicted_customers"], second["actual_customers"], second["error_rate"]) == (1, 0, None)
    young = row_of(tables, "rpt_close_rate_backtest", period_start="2026-02-01", method="matured")
    assert young["predicted_customers"] is None
    for quiet in rows_of(tables, "rpt_close_rate_backtest", period_start="2026-03-01"):
        assert (quiet["leads"], quiet["predicted_customers"], quiet["actual_customers"]) == (0, 0, 0)
