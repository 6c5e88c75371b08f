"""The sample company's seeds: accepted by the seed check, and one SLA ahead, one on track, one behind on any day."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from lead_sla.inputs.seeds import check_seeds
from lead_sla.sample.company import write_company
from tests.unit.sample import reading

UNTIL = date(2026, 11, 22)
PROMISED = {"leads_americas": "ahead", "leads_emea": "on_track", "leads_apac": "behind"}


def _status(home: Path, sla: reading.Row, until: date) -> str:
    """Counted from the files alone, for an SLA in leads with one target for the month of `until`."""
    start = until.replace(day=1)
    (target,) = [
        float(row["amount"])
        for row in reading.seed_rows(home, "targets/sla_targets")
        if row["sla_id"] == sla["sla_id"] and row["period_start"] == start.isoformat()
    ]
    month = [start + timedelta(days=offset) for offset in range(31)]
    weights = {day: _weight(home, sla, day) for day in month if day.month == start.month}
    elapsed = sum(weight for day, weight in weights.items() if day <= until) / sum(weights.values())
    firsts = [events[0] for events in reading.touches(home).values()]
    actual = sum(row["occurred"].date() >= start and row.get("segment") == sla["segment"] for row in firsts)
    if elapsed < 0.1 - 1e-9:
        return "too_early"
    rate = actual / (target * elapsed)
    return "ahead" if rate >= 1.1 else "on_track" if rate >= 0.95 else "at_risk" if rate >= 0.8 else "behind"


def _weight(home: Path, sla: reading.Row, day: date) -> int:
    if sla["pacing"] == "calendar_days":
        return 1
    holidays = {
        row["holiday_date"]
        for row in reading.seed_rows(home, "reference/holidays")
        if row["segment"] in {"all", sla["segment"]}
    }
    return int(day.weekday() < 5 and day.isoformat() not in holidays)


@pytest.mark.parametrize(
    ("until", "scale"),
    [
        *(("2026-11-03", 1.0), ("2026-11-22", 1.0), ("2026-12-31", 1.0)),
        *((f"2026-11-0{day}", 0.3) for day in (1, 2, 3, 4)),
        *((f"2027-{day}", 0.3) for day in ("01-01", "01-05", "02-10", "02-28", "03-15", "04-30", "08-31")),
        ("2028-02-29", 0.3),
    ],
)
def test_one_sla_is_ahead_one_on_track_and_one_behind(until: str, scale: float, tmp_path: Path) -> None:
    day = date.fromisoformat(until)
    write_company(tmp_path, day, scale=scale)
    slas = {row["sla_id"]: row for row in reading.seed_rows(tmp_path, "targets/sla_definitions")}

    for sla_id, promised in PROMISED.items():
        allowed = {promised} if day.day > 4 else {promised, "too_early"}
        assert _status(tmp_path, slas[sla_id], day) in allowed, sla_id


@pytest.mark.parametrize(("until", "scale"), [("2026-11-22", 1.0), ("2026-12-01", 0.02), ("2024-02-29", 3.0)])
def test_the_seeds_pass_the_seed_check(until: str, scale: float, tmp_path: Path) -> None:
    write_company(tmp_path, date.fromisoformat(until), scale=scale)

    check_seeds(tmp_path / "seeds", "USD")


def test_every_unit_pacing_basis_and_change_policy_is_agreed_somewhere(tmp_path: Path) -> None:
    write_company(tmp_path, UNTIL, scale=0.1)
    slas = reading.seed_rows(tmp_path, "targets/sla_definitions")
    rows = reading.seed_rows(tmp_path, "targets/sla_targets")

    assert {row["unit"] for row in slas} == {"leads", "points", "value"}
    assert {row["pacing"] for row in slas} == {"business_days", "calendar_days"}
    bases = {row["goal_basis"] for row in [*slas, *rows]}
    assert bases == {"custom", "last_period", "same_period_last_year", "trailing_3_average", "plan"}
    changes = [row for row in rows if row["effective_from"]]
    assert {row["change_policy"] for row in changes} == {"prospective", "retroactive", "catch_up"}
    assert all(row["reason"] and row["period_start"] < row["effective_from"] < "2026-11" for row in changes)


def test_each_month_has_a_custom_target_for_each_sla_that_agrees_on_figures(tmp_path: Path) -> None:
    write_company(tmp_path, UNTIL, scale=0.1)
    custom = {
        row["sla_id"] for row in reading.seed_rows(tmp_path, "targets/sla_definitions") if row["goal_basis"] == "custom"
    }
    months = Counter(
        row["sla_id"]
        for row in reading.seed_rows(tmp_path, "targets/sla_targets")
        if row["goal_basis"] == "custom" and not row["effective_from"]
    )

    assert months == dict.fromkeys(custom, 24)


def test_targets_and_rates_stand_in_the_order_in_which_agree_writes_them(tmp_path: Path) -> None:
    write_company(tmp_path, UNTIL, scale=0.3)
    targets = reading.seed_rows(tmp_path, "targets/sla_targets")
    rates = reading.seed_rows(tmp_path, "agreements/agreed_rate_card")
    assert targets == sorted(targets, key=lambda row: (row["sla_id"], row["period_start"], row["effective_from"] or ""))
    assert rates == sorted(rates, key=lambda row: (row["effective_from"], row["event_type"]))
