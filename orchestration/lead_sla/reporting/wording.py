"""Describes the status of an SLA in one line, for the page, emails and alerts."""

import math

from lead_sla.formatting import STATUS_WORDS, show_number
from lead_sla.mart.status import SlaStatus

DAY_WORDS = {"calendar_days": "per day", "business_days": "per business day"}


def describe(sla: SlaStatus) -> str:
    """One line of text, such as `Points: 1,176 of 1,300 to date, 90 % - at risk; needs 62 per business day, ...`.

    Values that are null in the mart are left out.
    """
    actual = show_number(sla.actual_cumulative)
    if sla.status == "no_target":
        return f"{sla.label}: {actual} to date; no target"
    word = STATUS_WORDS[sla.status]
    share = "" if sla.attainment_rate is None else f", {_percent(sla.attainment_rate)}"
    parts = [f"{sla.label}: {actual} of {show_number(sla.target_cumulative)} to date{share} - {word}"]
    day = DAY_WORDS[sla.pacing]
    if sla.required_per_remaining_weight is not None:
        made = "" if sla.made_per_weight is None else f", average so far {show_number(sla.made_per_weight)}"
        parts.append(
            f"needs {show_number(sla.required_per_remaining_weight)} {day}{made}"
            if sla.required_per_remaining_weight
            else "the goal of the month is reached"
        )
    if sla.hit_probability is not None and sla.required_per_remaining_weight != 0:
        parts.append(f"{_percent(sla.hit_probability)} chance")
    return "; ".join(parts)


def _percent(ratio: float) -> str:
    # Rounded down, so that 109.8 %, which is not ahead, is not shown as 110 %, which is.
    return f"{math.floor(100 * ratio + 1e-9)} %"
