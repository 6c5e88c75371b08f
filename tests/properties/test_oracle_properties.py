"""What must hold of the independent calculation on the generated company, and of `compare` itself."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import fsum
from pathlib import Path
from random import Random
from typing import cast

import pytest

from tests.oracle import calculate, compare, read_seeds
from tests.oracle.cases import Case, agreed, row_of, rows_of
from tests.oracle.daily import required_per_weight, status_of
from tests.oracle.dataset import Dataset, generate
from tests.oracle.events import REASONS
from tests.oracle.inputs import Parameters, Row, Tables
from tests.oracle.quality import ALL_REASONS

RULES = Parameters(as_of_date=date(2026, 1, 1))


@pytest.fixture(scope="module")
def company() -> Dataset:
    return generate()


@pytest.fixture(scope="module")
def tables(company: Dataset) -> Tables:
    return calculate(company.inputs())


def amount(row: Row, column: str) -> float:
    return float(cast(float, row[column]))


def counted(tables: Tables) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in tables["rpt_data_quality"]:
        total[str(row["reason"])] += int(amount(row, "row_count"))
    return total


def test_the_generated_company_has_every_reason_and_every_issue(tables: Tables) -> None:
    # Its feeds are of events that are not corrected, and leave out no row; test_record_histories.py has the others.
    missing = ["superseded", "withdrawn", "filtered", "records_current", "records_withdrawn"]
    assert [reason for reason in ALL_REASONS if counted(tables)[reason] == 0] == missing


def test_every_landed_row_is_accepted_replayed_or_quarantined(company: Dataset, tables: Tables) -> None:
    for feed in company.feeds:
        rows = {row["reason"]: amount(row, "row_count") for row in rows_of(tables, "rpt_data_quality", feed=feed.name)}
        assert rows["landed"] == sum(rows[fate] for fate in ("accepted", "replayed", *REASONS))
        assert rows["landed"] + rows["rejected"] == sum(len(lines) for lines in feed.files.values())


def test_the_generated_company_has_every_status_source_unit_and_null(tables: Tables) -> None:
    daily = tables["fct_sla_daily_cumulative"]
    words = {"no_target", "met", "missed", "too_early", "ahead", "on_track", "at_risk", "behind", None}
    assert {row["status"] for row in daily} == words
    assert {row["unit"] for row in daily} == {"leads", "points", "value"}
    assert {row["rate_source"] for row in tables["fct_rate_cards"]} == {
        *("agreed", "kaplan_meier", "observed", "life_table"),
    }
    goals = tables["fct_sla_goals"]
    for basis in ("custom_amount", "last_period", "same_period_last_year", "trailing_3_average", "plan", "target"):
        assert {row[basis] is None for row in goals} == {True, False}


def test_a_generated_company_is_the_same_for_the_same_seed_only() -> None:
    assert generate(3, 100) == generate(3, 100)
    assert generate(3, 100) != generate(4, 100)


def test_the_written_seeds_read_back_as_they_were(company: Dataset, tmp_path: Path) -> None:
    company.write(tmp_path)
    assert read_seeds(tmp_path / "seeds") == company.seeds
    with (tmp_path / "landing" / "deal_events" / "2_oddities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["event_id"] for row in rows] == [
        line.cells["event_id"] for line in company.feeds[1].files["2_oddities.csv"]
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_in_which_rows_are_handed_over_does_not_matter(seed: int) -> None:
    inputs = generate(seed, 300).inputs()
    leads, deals = list(inputs.leads), list(inputs.deals)
    rng = Random(seed)  # noqa: S311 - a shuffle that repeats
    rng.shuffle(leads)
    rng.shuffle(deals)
    assert calculate(replace(inputs, leads=leads, deals=deals)) == calculate(inputs)


@pytest.mark.parametrize(
    "method",
    [
        "auto",
        *(
            pytest.param(method, marks=pytest.mark.soak)
            for method in ("observed", "matured", "kaplan_meier", "life_table")
        ),
    ],
)
def test_a_rate_card_never_depends_on_what_came_after_its_period_began(company: Dataset, method: str) -> None:
    later = calculate(company.inputs(close_rate_method=method))
    sooner = calculate(company.inputs(close_rate_method=method, as_of_date=date(2025, 12, 1)))
    until = [row for row in later["fct_rate_cards"] if cast(date, row["period_start"]) <= date(2025, 12, 1)]
    assert sooner["fct_rate_cards"] == until


def test_the_waterfall_ends_at_the_target_and_adds_up_what_was_booked(tables: Tables) -> None:
    for goal in tables["fct_sla_goals"]:
        month = rows_of(tables, "fct_sla_daily_cumulative", sla_id=goal["sla_id"], period_start=goal["period_start"])
        assert month[-1]["target_cumulative"] == goal["target"]
        assert month[-1]["elapsed_share"] == 1
        passed = [row for row in month if row["actual"] is not None]
        assert passed[-1]["actual_cumulative"] == pytest.approx(fsum(amount(row, "actual") for row in passed))


@pytest.mark.soak
def test_credit_is_conserved_when_one_card_is_in_force_throughout(company: Dataset) -> None:
    inputs = company.inputs()
    rates = {"whitepaper": "0.01", "webinar": "0.03", "contact_form": "0.07", "demo": "0.1", "partner_referral": "0.2"}
    fixed = calculate(replace(inputs, seeds={**inputs.seeds, "agreed_rate_card": agreed(**rates)}))
    points = fsum(amount(row, "points") for row in rows_of(fixed, "fct_sla_daily", sla_id="leads_all"))
    # The mix under the type each lead has reached by the first of July, over all months there are.
    later = replace(inputs.parameters, as_of_date=date(2026, 7, 1), mix_window_months=60)
    mix = calculate(
        replace(
            inputs,
            leads=[row for row in inputs.leads if _happened(row.occurred_at, row.occurred_date)],
            deals=[row for row in inputs.deals if _happened(row.occurred_at, row.occurred_date)],
            merges=[row for row in inputs.merges if _happened(row.occurred_at, row.occurred_date)],
            seeds={**inputs.seeds, "agreed_rate_card": agreed(**rates)},
            parameters=later,
        )
    )
    weighted = row_of(mix, "fct_weighted_close_rates", period_start="2026-07-01", segment="all")
    assert points == pytest.approx(100 * amount(weighted, "weighted_close_rate") * amount(weighted, "leads_in_mix"))


def _happened(stamp: datetime | None, bare: date | None) -> bool:
    """Whether an event lies in the run as of 17 June 2026, New York: the day ends at 04:00 UTC."""
    return stamp < datetime(2026, 6, 18, 4) if stamp else bare is not None and bare <= date(2026, 6, 17)


@pytest.mark.parametrize(
    ("actual", "target", "share", "is_last", "word"),
    [
        (5.0, None, "1/2", False, "no_target"),
        (5.0, 0.0, "1", True, "no_target"),
        (100.0 - 1e-12, 100.0, "1", True, "met"),
        (99.0, 100.0, "1", True, "missed"),
        (5.0, 100.0, "0", False, "too_early"),
        (20.0, 100.0, "9/100", False, "too_early"),
        (11.0 - 1e-12, 100.0, "1/10", False, "ahead"),
        (10.9, 100.0, "1/10", False, "on_track"),
        (95.0, 100.0, "1", False, "on_track"),
        (94.0, 100.0, "1", False, "at_risk"),
        (80.0, 100.0, "1", False, "at_risk"),
        (79.0, 100.0, "1", False, "behind"),
    ],
)
def test_status_words(actual: float, target: float | None, share: str, is_last: bool, word: str) -> None:
    due = None if target is None else float(Fraction(target) * Fraction(share))
    row: Row = {
        "actual_cumulative": actual,
        "target": target,
        "target_cumulative": due,
        "attainment_rate": actual / due if due else None,
    }
    assert status_of(row, Fraction(share), is_last, RULES) == word


def test_what_each_remaining_day_must_bring() -> None:
    assert required_per_weight(40, 100, Fraction(1, 2), 30) == 4
    assert required_per_weight(140, 100, Fraction(1, 2), 30) == 0
    assert required_per_weight(40, 100, Fraction(1), 30) is None
    assert required_per_weight(40, None, Fraction(1, 2), 30) is None


def test_the_first_landed_wins_even_in_quarantine_and_replays_of_conflicts_are_replays() -> None:
    case = Case()
    for event_type in ("fax", "demo", "demo", "fax"):
        case.lead("a", event_type, "2026-01-05", event_id="same")
    reasons = {
        row["reason"]: row["row_count"] for row in rows_of(case.mart("2026-01-31"), "rpt_data_quality", feed="leads")
    }
    assert (reasons["unknown_event_type"], reasons["conflicting_duplicate"], reasons["replayed"]) == (1, 1, 2)
    assert reasons["accepted"] == 0


def test_a_reopened_deal_is_won_again_when_its_present_run_began() -> None:
    case = Case(agreed_rate_card=agreed(demo="0.1", webinar="0.03"))
    case.lead("a", "webinar", "2026-01-05")
    case.lead("a", "demo", "2026-02-20")
    for stage, day in (("won", "2026-01-10"), ("lost", "2026-02-01"), ("won", "2026-03-01"), ("won", "2026-03-09")):
        case.deal("d", "a", stage, day)
    rates = case.mart("2026-04-30", close_rate_method="observed")
    customers = {
        str(row["period_start"]): row["customers"]
        for row in rows_of(rates, "fct_close_rates", segment="all", method="observed")
        if row["customers"]
    }
    assert customers == {"2026-02-01": 1, "2026-04-01": 1}
    assert [str(row["date"]) for row in rows_of(rates, "fct_sla_daily", sla_id="points")] == [
        "2026-01-05",
        "2026-02-20",
    ]


def test_compare_is_silent_on_equal_tables_and_speaks_of_every_difference(tables: Tables) -> None:
    assert compare(tables, tables) == []
    weighted: list[Row] = [
        {"period_start": date(2026, 1, 1), "segment": "all", "leads_in_mix": 4, "weighted_close_rate": 0.25},
        {"period_start": date(2026, 1, 1), "segment": "emea", "leads_in_mix": 0, "weighted_close_rate": None},
        {"period_start": date(2026, 1, 1), "segment": "apac", "leads_in_mix": 1, "weighted_close_rate": 0.5},
    ]
    actual: list[Row] = [
        {**weighted[0], "leads_in_mix": Decimal(4), "weighted_close_rate": 0.25 + 1e-12, "extra": 1},
        {**weighted[1], "weighted_close_rate": 0.0, "extra": 1},
        {**weighted[2], "segment": "amer", "extra": 1},
        {**weighted[2], "segment": "amer", "extra": 1},
    ]
    name = "fct_weighted_close_rates"
    assert compare({name: weighted}, {name: actual}) == [
        f"{name} (period_start=2026-01-01, segment=amer): more than one actual row",
        f"{name} (period_start=2026-01-01, segment=emea), weighted_close_rate: expected None, actual 0.0",
        f"{name} (period_start=2026-01-01, segment=apac): expected, but not there",
        f"{name} (period_start=2026-01-01, segment=amer): there, but not expected",
    ]
    assert compare({name: weighted}, {}) == [f"{name}: expected 3 rows, the table is missing"]
    bare = [{key: cell for key, cell in row.items() if key != "leads_in_mix"} for row in weighted]
    assert compare({name: weighted}, {name: bare}) == [f"{name}: column leads_in_mix is missing"]
