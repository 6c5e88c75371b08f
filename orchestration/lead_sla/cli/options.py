"""How the values of options are read: with the same words for a wrong one as for the cells of a seed."""

from datetime import date
from typing import Annotated

import typer

from lead_sla.inputs.seed_values import DAY, YEAR_AND_MONTH


def read_day(text: str) -> date:
    """A date such as 2026-12-31.

    Raises:
        BadParameter: it is not a date; the message has the remedy.
    """
    try:
        day: date = DAY.read(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} {error}") from error
    return day


def read_month(text: str) -> date:
    """The first day of a month such as 2026-12.

    Raises:
        BadParameter: it is not a month; the message has the remedy.
    """
    if not YEAR_AND_MONTH.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is not a month. Write year and month, such as 2026-12.")
    return read_day(f"{text}-01")


Month = Annotated[date, typer.Option(parser=read_month, metavar="YYYY-MM", help="The month, such as 2026-12.")]
