"""Explains why the `where` of a feed leaves out every row of a file, by the values that the file has."""

from collections.abc import Sequence

import duckdb

from lead_sla.formatting import show_count, show_some
from lead_sla.inputs.feed_options import Condition
from lead_sla.landing.typed import MappedSource
from lead_sla.sql import literal

SHOWN_VALUES = 5
SHOWN_CHARACTERS = 40


def explain_unmet(connection: duckdb.DuckDBPyConnection, conditions: Sequence[Condition], source: MappedSource) -> str:
    """A sentence for a file of which no row meets all conditions, with the commonest values of their columns.

    It names the conditions that no row meets; all of them, where some rows meet each.
    """
    unmet = [condition for condition in conditions if not _has_met(connection, condition, source)]
    parts = [_describe(connection, condition, source) for condition in unmet or conditions]
    start = "" if unmet else "no row meets all of its conditions. "
    return (
        f"`where` leaves out all of its rows: {start}{' '.join(parts)} Correct `where` in feeds.yml if that is wrong."
    )


def _has_met(connection: duckdb.DuckDBPyConnection, condition: Condition, source: MappedSource) -> bool:
    listed = f"coalesce(value in ({_list(condition.values)}), false)"
    met = f"not {listed}" if condition.is_negated else listed
    return bool(connection.execute(f"select 1 from {_values(condition, source)} where {met} limit 1").fetchall())


def _describe(connection: duckdb.DuckDBPyConnection, condition: Condition, source: MappedSource) -> str:
    given = " or ".join(condition.values)
    lowered = _list([value.lower() for value in condition.values])
    found = connection.execute(
        f"""
        select value, count(*) as row_count, coalesce(lower(value) in ({lowered}), false) as is_near
        from {_values(condition, source)}
        group by value
        qualify is_near or row_number() over (order by row_count desc, value) <= {SHOWN_VALUES}
        order by row_count desc, value
        """
    ).fetchall()
    commonest = [
        f"{'none' if value is None else value[:SHOWN_CHARACTERS]} ({show_count(rows, 'row')})"
        for value, rows, _ in found[:SHOWN_VALUES]
    ]
    near = [value for value, _, is_near in found if is_near and value not in condition.values]
    wanted = f"{condition.column} must {'not ' if condition.is_negated else ''}be {given}"
    hint = f" Did you mean {show_some(near)}? Upper and lower case differ." if near else ""
    return f"{wanted}; its commonest values are {', '.join(commonest)}.{hint}"


def _values(condition: Condition, source: MappedSource) -> str:
    """A relation of the values that a column has in rows that are not broken."""
    text = source.condition_texts[condition.column]
    return f"(select {text} as value from {source.relation} where {source.fault} is null)"


def _list(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)
