"""Whether a day has any data: on one before all of it every mart would be empty."""

from datetime import date

import duckdb

from lead_sla.errors import InputError

ACCEPTED = """
    select occurred_date from staging.stg_raw__lead_events where disposition = 'accepted'
    union all
    select occurred_date from staging.stg_raw__deal_events where disposition = 'accepted'
"""


def require_data(connection: duckdb.DuckDBPyConnection, as_of_date: date) -> None:
    """Refuse a day before the first accepted event. Without any accepted event every day is as good as another.

    Raises:
        InputError: all accepted events are later; names the first day with data.
    """
    if connection.execute(f"from ({ACCEPTED}) where occurred_date <= $1 limit 1", [as_of_date]).fetchall():
        return
    (first,) = connection.execute(f"select min(occurred_date) from ({ACCEPTED})").fetchall()[0]
    if first is not None:
        raise InputError(
            f"as_of_date {as_of_date} is before {first}, the day of the first accepted event, so every mart would be "
            f"empty. Use {first} or a later day, or leave it out for yesterday."
        )
