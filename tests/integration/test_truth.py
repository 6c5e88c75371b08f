"""Estimates beside the truth, where it is known, and cards that know nothing of the future."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from lead_sla.sample import business
from lead_sla.sample.business import TRUE_CLOSE_RATES, share_closed_within
from lead_sla.sample.company import write_company
from tests.support.cases import lead, won
from tests.support.harness import Company

METHODS = ("observed", "matured", "kaplan_meier", "life_table")
MATURITY_DAYS = 90
TRUTH = {code: rate * share_closed_within(MATURITY_DAYS) for code, rate in TRUE_CLOSE_RATES.items()}
# Five times the size of the demo: with 700 leads a month, chance hides what the methods differ by once it is old.
SCALE = 5
SAMPLE_UNTIL = date(2026, 10, 31)
YOUNG = (date(2025, 4, 1), date(2025, 9, 1))  # months 6 to 11 of the company
LATE = (date(2026, 5, 1), date(2026, 10, 1))  # months 19 to 24

# The company that changes the way it sells.
FIRST_LEADS, CHANGE, LATER = date(2025, 4, 1), date(2026, 4, 1), date(2026, 7, 1)
LEADS_A_DAY = 12
SEED = 20_260_401
BEFORE_AND_AFTER = {
    "improving": {"whitepaper": (0.02, 0.06), "demo": (0.08, 0.24)},
    "declining": {"whitepaper": (0.06, 0.02), "demo": (0.24, 0.08)},
}

BOUNDARY = date(2026, 11, 1)
MUCH_LATER = date(2027, 1, 31)
RATES = "+fct_rate_cards +fct_close_rates"
GRAINS = {
    "fct_rate_cards": ("period_start", "event_type"),
    "fct_close_rates": ("period_start", "segment", "event_type", "method"),
}


def mean_errors(
    company: Company, segment: str, truth: Mapping[str, float], first: date, last: date
) -> dict[str, float]:
    """Mean over the periods of the lead-weighted mean absolute error of each method's plain rates."""
    rows = company.query(
        f"""
        select rates.period_start, rates.method, rates.event_type, rates.close_rate, observed.leads as weight
        from marts.fct_close_rates as rates
        inner join marts.fct_close_rates as observed using (period_start, segment, event_type)
        where observed.method = 'observed' and observed.leads > 0
            and segment = '{segment}' and period_start between '{first}' and '{last}'
        """
    )
    periods = {row["period_start"] for row in rows}
    errors = {}
    for method in METHODS:
        same = [row for row in rows if row["method"] == method]
        errors[method] = sum(
            mean_error([row for row in same if row["period_start"] == period], truth) for period in periods
        ) / len(periods)
    return errors


def mean_error(rows: list[dict[str, Any]], truth: Mapping[str, float]) -> float:
    leads = sum(row["weight"] for row in rows)
    return sum(row["weight"] * abs(row["close_rate"] - truth[row["event_type"]]) for row in rows) / leads


def tell(what: str, errors: dict[str, float]) -> None:
    print(f"{what}, mean absolute error in percentage points:", {name: round(100 * e, 2) for name, e in errors.items()})


def sample_company(home: Path, scale: float) -> Company:
    """The sample company's files, in place of the small seeds and the `feeds.yml` that `Company` begins with."""
    company = Company(home)
    shutil.rmtree(company.settings.seeds)
    company.settings.feeds.unlink()
    write_company(home, SAMPLE_UNTIL, scale=scale)
    return company


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = sample_company(tmp_path_factory.mktemp("sample"), SCALE)
    company.refresh(SAMPLE_UNTIL, select=RATES)
    return company


@pytest.mark.soak
def test_while_a_funnel_is_young_the_other_methods_are_much_nearer_to_the_truth_than_observed(sample: Company) -> None:
    errors = mean_errors(sample, "all", TRUTH, *YOUNG)
    tell("young", errors)
    for method in ("kaplan_meier", "life_table", "matured"):
        assert errors[method] < 0.6 * errors["observed"], method


@pytest.mark.soak
def test_later_kaplan_meier_and_matured_are_still_nearer_than_observed_and_period_pays_for_its_short_memory(
    sample: Company,
) -> None:
    errors = mean_errors(sample, "all", TRUTH, *LATE)
    tell("late", errors)
    for method in ("kaplan_meier", "matured"):
        assert errors[method] < 0.85 * errors["observed"], method
    assert errors["life_table"] > errors["kaplan_meier"]


def hazards(rate: float) -> npt.NDArray[np.float64]:
    """The chance to close on each day of a lead not closed yet, when `rate` of all leads close in the end."""
    closed = rate * np.array([share_closed_within(lag) for lag in range(-1, business.CYCLE_LONGEST_DAYS + 1)])
    return np.diff(closed) / (1 - closed[:-1])


def closing_days(rng: np.random.Generator, rates: tuple[float, float]) -> Iterator[tuple[date, date | None]]:
    """Leads and the days on which they close; from `CHANGE` on every open lead has the chances of the second rate."""
    before, after = (hazards(rate) for rate in rates)
    lags = np.arange(len(before))
    for day in range((LATER - FIRST_LEADS).days):
        lead_date = FIRST_LEADS + timedelta(days=day)
        chances = np.where(lags < (CHANGE - lead_date).days, before, after)
        for closes in rng.random((LEADS_A_DAY, len(lags))) < chances:
            yield lead_date, lead_date + timedelta(days=int(closes.argmax())) if closes.any() else None


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Two segments, one of which sells three times as well from `CHANGE` on, the other a third as well."""
    rng = np.random.default_rng(SEED)
    touches: list[dict[str, Any]] = []
    deals: list[dict[str, Any]] = []
    for segment, types in BEFORE_AND_AFTER.items():
        for event_type, rates in types.items():
            for lead_date, customer_date in closing_days(rng, rates):
                lead_id = f"L{len(touches)}"
                touches.append(lead(lead_id, event_type, lead_date, segment=segment))
                if customer_date is not None:
                    deals.append(won(lead_id, customer_date))
    company = Company(tmp_path_factory.mktemp("changed"))
    company.drop_file("lead_events", touches, "leads.csv")
    company.drop_file("deal_events", deals, "deals.csv")
    company.refresh(LATER, select=RATES)
    return company


@pytest.mark.parametrize("segment", BEFORE_AND_AFTER)
def test_three_months_after_a_sudden_change_of_the_close_rates_period_is_nearest(
    changed: Company, segment: str
) -> None:
    share = share_closed_within(MATURITY_DAYS)
    truth = {event_type: after * share for event_type, (_, after) in BEFORE_AND_AFTER[segment].items()}
    errors = mean_errors(changed, segment, truth, LATER, LATER)
    tell(segment, errors)
    for method in ("observed", "matured", "kaplan_meier"):
        assert errors["life_table"] < 0.5 * errors[method], method


def cards_and_rates(company: Company) -> dict[tuple, Any]:
    """Every figure of both tables, by its column and the row's grain."""
    found: dict[tuple, Any] = {}
    for table, grain in GRAINS.items():
        for row in company.query(f"select * from marts.{table}"):
            key = tuple(row[column] for column in grain)
            found |= {(table, *key, column): value for column, value in row.items() if column not in grain}
    return found


def is_same(was: Any, now: Any) -> bool:
    """Sums of logarithms depend, in their last binary digits, on the order in which they are added up."""
    return was == now or (isinstance(was, float) and isinstance(now, float) and isclose(was, now, rel_tol=1e-12))


def drop_a_different_future(company: Company) -> None:
    """From `BOUNDARY` on: all leads ask for a demo, open deals are won, won ones reopen, and many new leads come."""
    known = company.query("select lead_id from intermediate.int_credited_leads order by lead_id")
    deals = company.query(
        """
        select deal_id, lead_id, outcome from intermediate.int_deal_versions
        where valid_to is null and lead_id is not null order by deal_id
        """
    )
    upgrades = [lead(row["lead_id"], "demo_request", f"{BOUNDARY}T00:00:00Z") for row in known]
    newcomers = [lead(f"new-{n}", "newsletter", BOUNDARY, segment=("emea", "africa")[n % 2]) for n in range(500)]
    reversals = [
        {
            "deal_id": row["deal_id"],
            "lead_id": row["lead_id"],
            "stage": "reopened" if row["outcome"] == "won" else "won",
            "amount": 1_000_000,
            "occurred_at": f"{BOUNDARY}T00:00:00Z",
        }
        for row in deals
    ]
    sales = [won(row["lead_id"], BOUNDARY, amount=1_000_000) for row in [*known[::2], *newcomers[::2]]]
    company.drop_file("lead_events", [*upgrades, *newcomers], "future_leads.csv")
    company.drop_file("deal_events", [*reversals, *sales], "future_deals.csv")


def test_no_card_depends_on_what_happened_after_its_period_began(tmp_path: Path) -> None:
    company = sample_company(tmp_path, 0.3)
    company.refresh(BOUNDARY, select=f"{RATES} +int_credited_leads")
    before = cards_and_rates(company)
    drop_a_different_future(company)
    company.refresh(MUCH_LATER, select=RATES)
    after = cards_and_rates(company)

    assert {key: (was, after[key]) for key, was in before.items() if not is_same(was, after[key])} == {}
    assert {key[0] for key in before if key[1] == BOUNDARY} == set(GRAINS)
    # The future was another one, and only the periods after it know.
    last_known, first_after = (
        after["fct_close_rates", period, "all", "demo_request", "kaplan_meier", "leads"]
        for period in (BOUNDARY, date(2026, 12, 1))
    )
    assert first_after > 5 * last_known
