"""Calendar months, each named by its first day."""

from datetime import date


def month_after(period: date, months: int) -> date:
    """The first day of the month `months` after `period`; before it, if negative."""
    number = period.year * 12 + period.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
