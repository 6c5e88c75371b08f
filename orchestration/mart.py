"""Opens the published mart for the commands that answer from it; the warehouse itself is nobody else's."""

import contextlib
from collections.abc import Iterator
from datetime import date

import duckdb

from orchestration.errors import InputError
from orchestration.settings import Settings
from orchestration.warehouse import limits


@contextlib.contextmanager
def open_mart(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current publication, read-only; a refresh may be running meanwhile.

    Raises:
        InputError: nothing is published yet, or what is published lacks what the caller asks for.
    """
    if not settings.mart_path.exists():
        raise InputError(f"Nothing is published yet at {settings.mart_path}. Run `lead-sla refresh` first.")
    with duckdb.connect(str(settings.mart_path), read_only=True, config=limits(settings)) as connection:
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise InputError(
                f"The mart at {settings.mart_path} was published by another release of Lead SLA: "
                f"{str(error).splitlines()[0]} Run `lead-sla refresh`, which publishes all that this one reads."
            ) from error


def month_after(period: date, months: int) -> date:
    """The first day of the month that lies so many months after `period`; before it, if negative.

    Raises:
        InputError: the calendar has no such month.
    """
    number = period.year * 12 + period.month - 1 + months
    if not date.min.year <= number // 12 <= date.max.year:
        raise InputError(f"{months:+} months from {period:%Y-%m} lead out of the calendar. Ask for another month.")
    return date(number // 12, number % 12 + 1, 1)


def read_as_of_date(connection: duckdb.DuckDBPyConnection) -> date:
    """The last day that the publication counts."""
    return connection.execute("select as_of_date from publication").fetchall()[0][0]
