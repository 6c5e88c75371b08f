"""Calendar months, each named by its first day."""

from datetime import date

from lead_sla.errors import InputError


def month_after(period: date, months: int) -> date:
    """The first day of the month `months` after `period`; before it, if negative.

    Raises:
        InputError: the calendar has no such month.
    """
    number = period.year * 12 + period.month - 1 + months
    if not date.min.year <= number // 12 <= date.max.year:
        raise InputError(f"{months:+} months from {period:%Y-%m} is outside of the calendar. Choose another month.")
    return date(number // 12, number % 12 + 1, 1)
