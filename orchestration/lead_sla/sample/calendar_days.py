"""Days, months and holidays of the sample company.

A day is the number of days since 1970-01-01, a month is year x 12 + month - 1; both are absolute, so that nothing
that is drawn for a month depends on the day for which the company is written.
"""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from lead_sla.sample import business

DAY_SECONDS = 86_400
EPOCH = date(1970, 1, 1)
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
Days = npt.NDArray[np.int64]
Holiday = tuple[str, date, str]  # segment, date, label


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def to_date(number: int) -> date:
    """The calendar day of a day number."""
    return EPOCH + timedelta(days=int(number))


def month_number(day: date) -> int:
    """The month of a day."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def days_of(month: int) -> Days:
    """All days of a month."""
    return np.arange(day_number(first_day(month)), day_number(first_day(month + 1)), dtype=np.int64)


def weekdays(days: Days) -> Days:
    """0 for Monday to 6 for Sunday."""
    return (days + 3) % 7  # 1970-01-01 was a Thursday


def off_weekends(days: Days) -> Days:
    """Saturdays become the Friday before, Sundays the Monday after: Sales works Monday to Friday."""
    weekday = weekdays(days)
    return days - (weekday == SATURDAY) + (weekday == SUNDAY)


def holidays_of(year: int) -> list[Holiday]:
    """The holidays of the company, by segment; `all` applies to every segment."""
    return [
        ("all", date(year, 1, 1), "New Year's Day"),
        ("all", date(year, 12, 25), "Christmas Day"),
        ("americas", _monday_from(date(year, 5, 25)), "Memorial Day"),
        ("americas", date(year, 7, 4), "Independence Day"),
        ("americas", _monday_from(date(year, 9, 1)), "Labor Day"),
        ("americas", _monday_from(date(year, 11, 19)) + timedelta(days=3), "Thanksgiving Day"),
        ("apac", date(year, 5, 3), "Constitution Day"),
        ("apac", date(year, 5, 4), "Greenery Day"),
        ("apac", date(year, 5, 5), "Children's Day"),
        ("apac", date(year, 11, 3), "Culture Day"),
        ("emea", date(year, 5, 1), "Labour Day"),
        ("emea", date(year, 12, 26), "Second Day of Christmas"),
    ]


def holidays_around(month: int, segment: str) -> set[int]:
    """Day numbers of a segment's holidays in the year of a month."""
    return {day_number(day) for who, day, _ in holidays_of(month // 12) if who in {segment, "all"}}


def arrival_weights(month: int, segment: str) -> npt.NDArray[np.float64]:
    """The distribution of a segment's leads over the days of a month; sums to 1."""
    days = days_of(month)
    weekday = weekdays(days)
    weights = np.where(weekday == SATURDAY, business.SATURDAY_WEIGHT, 1.0)
    weights = np.where(weekday == SUNDAY, business.SUNDAY_WEIGHT, weights)
    is_holiday = np.isin(days, list(holidays_around(month, segment)))
    weights = np.where(is_holiday, np.minimum(weights, business.HOLIDAY_WEIGHT), weights)
    return weights / weights.sum()


def _monday_from(not_before: date) -> date:
    return not_before + timedelta(days=(MONDAY - not_before.weekday()) % 7)
