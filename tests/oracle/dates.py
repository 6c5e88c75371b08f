"""Days: time zones, months and business days (sections 2 and 7 of the specification)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.inputs import SeedRow, day, need

DAY = timedelta(days=1)
SATURDAY = 6


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day, in `zone`, of a naive UTC moment."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def start_of_day(calendar_day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, as naive UTC: midnight, or what follows it where clocks skip midnight."""
    midnight = datetime.combine(calendar_day, time(), tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    before = midnight - DAY
    if local_date(midnight - timedelta(microseconds=1), zone) < calendar_day <= local_date(midnight, zone):
        return midnight
    while midnight - before > timedelta(microseconds=1):
        middle = before + (midnight - before) / 2
        if local_date(middle, zone) < calendar_day:
            before = middle
        else:
            midnight = middle
    return midnight


def month_of(calendar_day: date) -> date:
    """The first day of the day's month: the period it belongs to."""
    return calendar_day.replace(day=1)


def add_months(calendar_day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day."""
    index = calendar_day.year * 12 + calendar_day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return min(first + (calendar_day.day - 1) * DAY, last_of_month(first))


def last_of_month(calendar_day: date) -> date:
    """The last day of the day's month."""
    return (month_of(calendar_day) + 31 * DAY).replace(day=1) - DAY


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + offset * DAY for offset in range((last - first).days + 1))


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month from that of `first` to that of `last`."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return [add_months(month_of(first), offset) for offset in range(months + 1)]


def holidays_of(segment: str, holidays: Iterable[SeedRow]) -> frozenset[date]:
    """The days off of a segment: its own and everybody's (`all`)."""
    return frozenset(day(row, "holiday_date") for row in holidays if need(row, "segment") in {"all", segment})


def is_business_day(calendar_day: date, holidays: frozenset[date]) -> bool:
    """Monday to Friday, and no holiday."""
    return calendar_day.isoweekday() < SATURDAY and calendar_day not in holidays
