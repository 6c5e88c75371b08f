"""The line about an SLA, a month that has ended, and the record of the band, word for word."""

from datetime import date
from typing import Any

import pytest

from lead_sla.mart.status import BandRecord, EndedMonth, SlaStatus
from lead_sla.reporting.wording import describe, describe_band, describe_end


def status(**changes: Any) -> SlaStatus:
    fields: dict[str, Any] = {
        "sla_id": "leads",
        "label": "Leads",
        "unit": "leads",
        "currency": None,
        "segment": "all",
        "pacing": "business_days",
        "period_start": date(2026, 10, 1),
        "as_of_date": date(2026, 10, 15),
        "actual_cumulative": 429.0,
        "target_cumulative": 440.0,
        "target": 450.0,
        "attainment_rate": 0.975,
        "required_per_remaining_weight": 10.5,
        "made_per_weight": 9.8,
        "hit_probability": 0.41,
        "status": "on_track",
    }
    return SlaStatus(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {},
            "Leads: 429 of 440 to date, 97.5 % - on track; needs 10.5 per business day, average so far 9.8; "
            "41.0 % chance",
        ),
        (
            {"status": "missed", "attainment_rate": 429 / 450, "required_per_remaining_weight": None},
            "Leads: 429 of 450, 95.3 % - missed",
        ),
        (
            {"status": "met", "actual_cumulative": 450.0, "attainment_rate": 1.0, "hit_probability": 0.99},
            "Leads: 450 of 450, 100.0 % - met",
        ),
        (
            {"status": "too_early", "actual_cumulative": 0.0, "target_cumulative": 0.0, "attainment_rate": None}
            | {"made_per_weight": None, "required_per_remaining_weight": 20.5},
            "Leads: 0 to date, the goal of the month is 450 - too early to tell; needs 20.5 per business day; "
            "41.0 % chance",
        ),
        ({"status": "no_target", "target": None}, "Leads: 429 to date; no target"),
        ({"status": "no_target", "target": None, "currency": "EUR"}, "Leads: 429 EUR to date; no target"),
        (
            {"currency": "EUR", "made_per_weight": None, "hit_probability": None},
            "Leads: 429 of 440 EUR to date, 97.5 % - on track; needs 10.5 EUR per business day",
        ),
    ],
)
def test_a_status_in_one_line(changes: dict[str, Any], line: str) -> None:
    assert describe(status(**changes)) == line


@pytest.mark.parametrize(
    ("target", "attainment_rate", "code", "line"),
    [
        (450.0, 429 / 450, "missed", "Leads: 429 of 450, 95.3 % - missed"),
        (429.0, 1.0, "met", "Leads: 429 of 429, 100.0 % - met"),
        (None, None, "no_target", "Leads: 429; no target"),
        (0.0, None, "no_target", "Leads: 429; no target"),
    ],
)
def test_how_a_month_ended(target: float | None, attainment_rate: float | None, code: str, line: str) -> None:
    month = EndedMonth("leads", "Leads", date(2026, 9, 1), 429.0, target, attainment_rate, code)
    assert describe_end(month) == line


def test_money_has_its_currency_in_a_month_that_ended_too() -> None:
    month = EndedMonth("value", "Value", date(2026, 9, 1), 429.0, 450.0, 429 / 450, "missed", "EUR")
    assert describe_end(month) == "Value: 429 of 450 EUR, 95.3 % - missed"


def test_how_often_the_band_has_held() -> None:
    held = "So far the range has held the total on"
    assert (
        describe_band(None) == "How often the range holds is not known yet, because no month with a forecast has ended."
    )
    assert describe_band(BandRecord(4120, 0.823, 0.779, 0.881)) == (
        f"{held} 82.3 % of 4,120 past days of all agreements; by tenth of the month, on 77.9 % to 88.1 %."
    )
    assert describe_band(BandRecord(90, 1.0, 1.0, 1.0)) == f"{held} 100.0 % of 90 past days of all agreements."
