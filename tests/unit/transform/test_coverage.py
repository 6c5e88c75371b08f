"""A day before all data is refused, and only such a day."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from lead_sla.errors import InputError
from lead_sla.transform.coverage import require_data

TABLES = """
create schema staging;
create table staging.stg_raw__lead_events (occurred_date date, disposition varchar);
create table staging.stg_raw__deal_events (occurred_date date, disposition varchar);
"""


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def test_without_any_accepted_event_every_day_passes(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("insert into staging.stg_raw__lead_events values ('2026-06-01', 'unknown_event_type')")
    require_data(warehouse, date(2020, 1, 1))


@pytest.mark.parametrize("table", ["stg_raw__lead_events", "stg_raw__deal_events"])
def test_the_first_day_with_an_accepted_event_is_named(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    warehouse.execute("insert into staging.stg_raw__lead_events values ('2026-05-01', 'unknown_event_type')")
    warehouse.execute(f"insert into staging.{table} values ('2026-06-01', 'accepted'), ('2026-07-01', 'accepted')")
    require_data(warehouse, date(2026, 6, 1))
    with pytest.raises(InputError, match="as_of_date 2026-05-31 is before 2026-06-01, the day of the first accepted"):
        require_data(warehouse, date(2026, 5, 31))
