"""The last day that counts in a refresh."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lead_sla.errors import InputError


def business_day(business_timezone: str, now: datetime) -> date:
    """The day in the business time zone."""
    return now.astimezone(ZoneInfo(business_timezone)).date()


def resolve_as_of_date(text: str | None, business_timezone: str, now: datetime) -> date:
    """The last day that counts: the one named, else yesterday in the business time zone.

    Raises:
        InputError: it is not a date, or is after today in the business time zone.
    """
    today = business_day(business_timezone, now)
    if text is None:
        return today - timedelta(days=1)
    try:
        as_of_date = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"as_of_date {text!r} is not a date; write it as YYYY-MM-DD, such as {today}.") from error
    if as_of_date > today:
        raise InputError(
            f"as_of_date {as_of_date} is in the future; today is {today} in {business_timezone}. "
            "Name a day that has begun, or leave it out for yesterday."
        )
    return as_of_date
