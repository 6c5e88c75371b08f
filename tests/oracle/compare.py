"""Differences between the calculated mart and the real one, in words.

`compare(expected, actual)` takes two mappings of table name -> list of rows (dicts) and returns one sentence for every
difference; an empty list means that they agree. The columns of `expected` decide: the real mart may have more columns
and more tables, but not fewer. Rows are matched by the grain of section 10 (`GRAIN`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isclose

from tests.oracle.inputs import Row

TOLERANCE = 1e-9

GRAIN = {
    "dim_dates": ("date",),
    "dim_event_types": ("event_type",),
    "dim_slas": ("sla_id",),
    "fct_close_rates": ("period_start", "segment", "event_type", "method"),
    "fct_rate_cards": ("period_start", "event_type"),
    "fct_weighted_close_rates": ("period_start", "segment"),
    "fct_sla_goals": ("sla_id", "period_start"),
    "fct_sla_daily": ("sla_id", "date", "event_type"),
    "fct_sla_daily_cumulative": ("sla_id", "date"),
    "rpt_sla_status": ("sla_id",),
    "rpt_sla_gap_drivers": ("sla_id", "period_start"),
    "rpt_sla_gap_drivers_by_type": ("sla_id", "period_start", "event_type"),
    "fct_source_close_rates": ("period_start", "source_kind", "source"),
    "fct_sla_periods": ("sla_id", "grain", "period_start"),
    "fct_won_deals_monthly": ("period_start", "segment"),
    "rpt_open_pipeline": ("stage", "segment"),
    "rpt_close_rate_backtest": ("period_start", "method"),
    "rpt_forecast_backtest": ("sla_id", "elapsed_tenth"),
    "rpt_forecast_calibration": ("sla_id", "probability_bin"),
    "rpt_data_quality": ("feed", "reason"),
}

Key = tuple[object, ...]


def compare(expected: Mapping[str, Sequence[Row]], actual: Mapping[str, Sequence[Row]]) -> list[str]:
    """Every difference, one sentence each: table, key, column, expected and actual.

    Numbers of any type may differ by 1e-9, relative or absolute; None equals only None; dates, texts and booleans must
    be the same. Rows that only one side has, and keys that occur twice, are differences too.
    """
    differences = []
    for table, rows in expected.items():
        if table not in actual:
            differences.append(f"{table}: expected {len(rows)} rows, the table is missing")
            continue
        differences += _compare_table(table, rows, actual[table])
    return differences


def _compare_table(table: str, expected: Sequence[Row], actual: Sequence[Row]) -> list[str]:
    grain = GRAIN[table]
    absent = sorted(set(expected[0]) - set(actual[0])) if expected and actual else []
    differences = [f"{table}: column {column} is missing" for column in absent]
    if set(absent) & set(grain):
        return differences
    wanted, twice_wanted = _by_key(expected, grain)
    found, twice_found = _by_key(actual, grain)
    differences += [f"{table} {_words(grain, key)}: more than one expected row" for key in twice_wanted]
    differences += [f"{table} {_words(grain, key)}: more than one actual row" for key in twice_found]
    for key, row in wanted.items():
        if key not in found:
            differences.append(f"{table} {_words(grain, key)}: expected, but not there")
            continue
        for column, cell in row.items():
            if column not in absent and not same(cell, found[key][column]):
                words = f"expected {cell!r}, actual {found[key][column]!r}"
                differences.append(f"{table} {_words(grain, key)}, {column}: {words}")
    differences += [f"{table} {_words(grain, key)}: there, but not expected" for key in found if key not in wanted]
    return differences


def _by_key(rows: Sequence[Row], grain: Sequence[str]) -> tuple[dict[Key, Row], list[Key]]:
    """The rows by key, and the keys that occur more than once."""
    by_key: dict[Key, Row] = {}
    twice = []
    for row in rows:
        key = tuple(_plain(row[column]) for column in grain)
        if key in by_key:
            twice.append(key)
        by_key[key] = row
    return by_key, twice


def _plain(cell: object) -> object:
    """A midnight timestamp as its date; anything else as it is."""
    return cell.date() if isinstance(cell, datetime) and cell == datetime(cell.year, cell.month, cell.day) else cell


def _words(grain: Sequence[str], key: Key) -> str:
    return "(" + ", ".join(f"{column}={_word(part)}" for column, part in zip(grain, key, strict=True)) + ")"


def _word(part: object) -> str:
    return part.isoformat() if isinstance(part, date) else str(part)


def same(expected: object, actual: object) -> bool:
    """Whether two cells agree, as `compare` understands it."""
    expected, actual = _plain(expected), _plain(actual)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float | Decimal) and isinstance(actual, int | float | Decimal):
        return isclose(float(expected), float(actual), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(expected) is type(actual) and expected == actual
