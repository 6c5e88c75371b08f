"""Restated figures in words: a line per cause, whatever the number of agreements and months that it moved."""

from dataclasses import replace
from datetime import date

from lead_sla.mart.status import RestatedMonth
from lead_sla.reporting.restatements import describe_causes


def month(number: int, change: float, *reasons: str, label: str = "Leads", figure: str = "actual") -> RestatedMonth:
    return RestatedMonth(label.lower(), label, date(2026, number, 1), figure, 2, change, list(reasons))


def test_a_cause_is_one_line_however_many_months_and_agreements_it_moved() -> None:
    moved = [
        month(number, 1.5, "time zone changed", label=label) for label in ("Leads", "Points") for number in range(3, 11)
    ]
    assert describe_causes(moved) == [
        "time zone changed, 2026-03 to 2026-10: Leads 16 figures, +12; Points 16 figures, +12"
    ]


def test_causes_are_apart_and_so_are_goals() -> None:
    moved = [
        month(5, -3, "late events"),
        month(4, 30, "agreement changed", figure="goal"),
        month(5, 0.5, "late events", "rules changed"),
    ]
    assert describe_causes(moved) == [
        "agreement changed, 2026-04: Leads, goal 2 figures, +30",
        "late events, 2026-05: Leads 2 figures, -3",
        "late events, rules changed, 2026-05: Leads 2 figures, +0.5",
    ]


def test_money_has_its_currency() -> None:
    value = replace(month(5, 1250, "late events", label="Pipeline"), currency="EUR")
    assert describe_causes([value]) == ["late events, 2026-05: Pipeline 2 figures, +1,250 EUR"]


def test_nothing_restated_is_no_line() -> None:
    assert describe_causes([]) == []
