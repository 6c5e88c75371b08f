"""The independent calculation of why there is a gap (section 8)."""

import itertools
from math import fsum
from typing import cast

import pytest

from tests.oracle import calculate
from tests.oracle.cases import Case, agreed, row_of, rows_of
from tests.oracle.dataset import generate
from tests.oracle.inputs import Row, SeedRow, Tables

EFFECTS = ("volume_effect", "mix_effect", "upgrade_effect")


def target(sla_id: str, amount: str) -> SeedRow:
    return {"sla_id": sla_id, "period_start": "2026-02-01", "goal_basis": "custom", "amount": amount}


def company(before: dict[str, int], now: dict[str, int], points: str | None, **rates: str) -> Case:
    """So many leads of each type in January (the mix) and in February, which has a target in points."""
    case = Case(
        agreed_rate_card=agreed(**(rates or {"demo": "0.1", "webinar": "0.03", "whitepaper": "0.01"})),
        sla_targets=[target("points", points)] if points else [],
    )
    for month, counts in (("2026-01", before), ("2026-02", now)):
        for event_type, leads in counts.items():
            for number in range(leads):
                case.lead(f"{month}-{event_type}-{number}", event_type, f"{month}-05")
    return case


def drivers(tables: Tables, sla_id: str = "points") -> Row:
    return row_of(tables, "rpt_sla_gap_drivers", sla_id=sla_id, period_start="2026-02-01")


def by_type_of(tables: Tables, sla_id: str = "points") -> dict[str, Row]:
    rows = rows_of(tables, "rpt_sla_gap_drivers_by_type", sla_id=sla_id, period_start="2026-02-01")
    return {str(row["event_type"]): row for row in rows}


def test_w16_a_gap_is_volume_and_mix() -> None:
    tables = company({"demo": 1, "whitepaper": 3}, {"demo": 84, "whitepaper": 336}, "1300").mart("2026-02-28")
    row = drivers(tables)
    assert (row["planned_leads"], row["actual_leads"]) == (pytest.approx(400), 420)
    assert [row[name] for name in EFFECTS] == pytest.approx([65, -189, 0])
    assert row["gap"] == pytest.approx(-124)
    assert row_of(tables, "rpt_sla_status", sla_id="points")["actual_cumulative"] == pytest.approx(1176)
    by_type = {
        event_type: [row["planned_leads"], row["actual_leads"], *(row[name] for name in EFFECTS)]
        for event_type, row in by_type_of(tables).items()
    }
    assert by_type == {
        "demo": pytest.approx([100, 84, 50, -210, 0]),
        "webinar": pytest.approx([0, 0, 0, 0, 0]),
        "whitepaper": pytest.approx([300, 336, 15, 21, 0]),
    }


def test_upgrades_that_are_not_usual_are_their_own_reason() -> None:
    case = company({"whitepaper": 1}, {"whitepaper": 2}, "2")
    case.lead("2026-02-whitepaper-0", "webinar", "2026-02-10")
    case.lead("2026-02-whitepaper-0", "demo", "2026-02-11")
    case.lead("2026-01-whitepaper-0", "demo", "2026-02-12")
    tables = case.mart("2026-02-28")
    row = drivers(tables)
    assert [row[name] for name in EFFECTS] == pytest.approx([0, 0, 2 + 7 + 9])
    assert row["gap"] == pytest.approx(18)
    upgrades = {event_type: row["upgrade_effect"] for event_type, row in by_type_of(tables).items()}
    # Two reach demo; one passes through webinar; two leave whitepaper.
    assert upgrades == {"demo": pytest.approx(20), "webinar": 0, "whitepaper": pytest.approx(-2)}


def usual_company(upgraded: int, demos: int, whitepapers: int, goal: str) -> Case:
    """January: 10 whitepapers, 5 of them demos by its end. February: so many, so many of them upgraded."""
    case = company({"whitepaper": 10}, {"whitepaper": whitepapers, "demo": demos}, goal)
    case.seeds |= {"sla_targets": [target("points", goal), target("leads", "50")]}
    for number in range(5):
        case.lead(f"2026-01-whitepaper-{number}", "demo", "2026-01-20")
    for number in range(upgraded):
        case.lead(f"2026-02-whitepaper-{number}", "demo", "2026-02-20")
    return case


def test_a_usual_month_has_no_mix_and_no_upgrade_effect() -> None:
    tables = usual_company(20, 0, 40, "220").mart("2026-02-28")
    row = drivers(tables)
    assert (row["planned_leads"], row["actual_leads"], row["gap"]) == (pytest.approx(40), 40, pytest.approx(0))
    assert [row[name] for name in EFFECTS] == pytest.approx([0, 0, 0])
    for part in by_type_of(tables).values():
        assert [part[name] for name in EFFECTS] == pytest.approx([0, 0, 0])


def test_fewer_upgrades_than_usual_explain_a_gap_and_a_leads_sla_says_which_types_are_short() -> None:
    tables = usual_company(16, 2, 44, "220").mart("2026-02-28")
    row = drivers(tables)
    assert [row[name] for name in EFFECTS] == pytest.approx([33, 18, -63])
    assert row["gap"] == pytest.approx(-12)
    leads = drivers(tables, "leads")
    assert [leads[name] for name in EFFECTS] == pytest.approx([-4, 0, 0])
    short = {
        event_type: (part["planned_leads"], part["gap"]) for event_type, part in by_type_of(tables, "leads").items()
    }
    assert short == {"demo": (0, 2), "webinar": (0, 0), "whitepaper": (50, -6)}


def test_the_plan_is_that_to_date_and_nobody_came_yet() -> None:
    row = drivers(company({"whitepaper": 1}, {}, "280").mart("2026-02-07"))
    assert (row["planned_leads"], row["actual_leads"]) == (pytest.approx(70), 0)
    assert [row[name] for name in EFFECTS] == pytest.approx([-70, 0, 0])
    assert row["gap"] == pytest.approx(-70)


def test_a_target_of_nothing_plans_no_leads() -> None:
    row = drivers(company({"whitepaper": 1}, {"demo": 2}, "0").mart("2026-02-28"))
    assert row["planned_leads"] == 0
    assert [row[name] for name in EFFECTS] == pytest.approx([2, 18, 0])
    assert row["gap"] == pytest.approx(20)


@pytest.mark.parametrize(
    "case",
    [
        company({"whitepaper": 1}, {"whitepaper": 2}, None),
        company({}, {"whitepaper": 2}, "10"),
        company({"whitepaper": 1}, {"whitepaper": 2}, "10", whitepaper="0", webinar="0.1"),
        company({"whitepaper": 1}, {"whitepaper": 2}, "0", whitepaper="0", webinar="0.1"),
    ],
    ids=["no target", "no mix", "worthless mix", "worthless mix and no goal"],
)
def test_without_a_plan_only_what_came_is_known(case: Case) -> None:
    case.lead("2026-02-whitepaper-0", "webinar", "2026-02-10")
    tables = case.mart("2026-02-28")
    by_type = by_type_of(tables).values()
    for row in (drivers(tables), *by_type):
        assert [row[name] for name in ("planned_leads", *EFFECTS)] == [None] * 4
    assert [row["gap"] for row in by_type] == [None] * len(by_type)
    # The gap itself needs a target only: it stays the status's, unexplained.
    assert drivers(tables)["gap"] == row_of(tables, "rpt_sla_status", sla_id="points")["gap"]
    assert drivers(tables)["actual_leads"] == 2


def test_an_unpriced_type_counts_nothing() -> None:
    # Without customers, deal values and the value of a lead are null.
    case = company({"whitepaper": 1, "demo": 1}, {"demo": 2, "whitepaper": 2}, "10", whitepaper="0.01")
    row = drivers(case.mart("2026-02-28", close_rate_method="observed"))
    assert row["planned_leads"] == pytest.approx(10 / 0.5)
    case.seeds |= {"sla_targets": [target("value", "100")]}
    value = drivers(case.mart("2026-02-28"), "value")
    assert [value[name] for name in ("planned_leads", "gap", "upgrade_effect")] == [None, -100, None]


@pytest.mark.parametrize("seed", [7, 8])
def test_the_reasons_add_up_to_the_gap_for_every_sla_and_over_its_types(seed: int) -> None:
    tables = calculate(generate(seed, 600).inputs())
    units = {row["sla_id"]: row["unit"] for row in tables["dim_slas"]}
    rows = tables["rpt_sla_gap_drivers"]
    periods = {row["period_start"] for row in tables["fct_sla_goals"]}
    assert {(row["sla_id"], row["period_start"]) for row in rows} == set(itertools.product(units, periods))
    explained = [row for row in rows if row["planned_leads"] is not None]
    assert len(explained) >= 40
    for row in explained:
        assert fsum(cast(float, row[name]) for name in EFFECTS) == pytest.approx(row["gap"])
        by_type = rows_of(tables, "rpt_sla_gap_drivers_by_type", sla_id=row["sla_id"], period_start=row["period_start"])
        assert len(by_type) == 5
        for name in ("planned_leads", "actual_leads", *EFFECTS, "gap"):
            assert fsum(cast(float, part[name]) for part in by_type) == pytest.approx(row[name])
