"""Describes the status of an SLA in one line, for the page, emails and alerts."""

from lead_sla.formatting import STATUS_WORDS, show_number, show_percent
from lead_sla.mart.status import BandRecord, EndedMonth, SlaStatus

DAY_WORDS = {"calendar_days": "per day", "business_days": "per business day"}


def describe(sla: SlaStatus) -> str:
    """One line of text, such as `Points: 1,176 of 1,300 to date, 90.5 % - at risk; needs 62 per business day, ...`.

    Values that are null in the mart are left out.
    """
    actual = show_number(sla.actual_cumulative)
    if sla.status == "no_target":
        return f"{sla.label}: {show_number(sla.actual_cumulative, currency=sla.currency)} to date; no target"
    word = STATUS_WORDS[sla.status]
    share = "" if sla.attainment_rate is None else f", {show_percent(sla.attainment_rate)}"
    target = show_number(sla.target, currency=sla.currency)
    if sla.status in ("met", "missed"):
        return f"{sla.label}: {actual} of {target}{share} - {word}"
    if sla.status == "too_early":
        parts = [f"{sla.label}: {actual} to date, the goal of the month is {target} - {word}"]
    else:
        due = show_number(sla.target_cumulative, currency=sla.currency)
        parts = [f"{sla.label}: {actual} of {due} to date{share} - {word}"]
    day = DAY_WORDS[sla.pacing]
    if sla.required_per_remaining_weight is not None:
        made = "" if sla.made_per_weight is None else f", average so far {show_number(sla.made_per_weight)}"
        parts.append(
            f"needs {show_number(sla.required_per_remaining_weight, currency=sla.currency)} {day}{made}"
            if sla.required_per_remaining_weight
            else "the goal of the month is reached"
        )
    if sla.hit_probability is not None and sla.required_per_remaining_weight != 0:
        parts.append(f"{show_percent(sla.hit_probability)} chance")
    return "; ".join(parts)


def describe_end(month: EndedMonth) -> str:
    """One line about a month that is over, such as `Leads: 429 of 450, 95.3 % - missed`."""
    actual = show_number(month.actual)
    if month.target is None or month.attainment_rate is None:
        return f"{month.label}: {show_number(month.actual, currency=month.currency)}; no target"
    target = show_number(month.target, currency=month.currency)
    share = show_percent(month.attainment_rate)
    return f"{month.label}: {actual} of {target}, {share} - {STATUS_WORDS[month.status]}"


def describe_band(record: BandRecord | None) -> str:
    """How often the band of the forecast has held, for the text beside it."""
    if record is None:
        return "How often the range holds is not known yet, because no month with a forecast has ended."
    lowest, highest = show_percent(record.lowest_rate), show_percent(record.highest_rate)
    by_tenth = "" if lowest == highest else f"; by tenth of the month, on {lowest} to {highest}"
    held = f"{show_percent(record.hit_rate)} of {record.days:,} past days of all agreements"
    return f"So far the range has held the total on {held}{by_tenth}."
