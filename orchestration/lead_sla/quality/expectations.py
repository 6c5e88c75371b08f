"""Checks as expectations of Great Expectations, which run as SQL in DuckDB.

Only the rows that break a rule are loaded into Python. Importing this module takes seconds.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from string import Template
from typing import Any, NamedTuple

import great_expectations as gx
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.interfaces import Batch, TestConnectionError
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from sqlalchemy import text
from sqlalchemy.engine import URL

from lead_sla.errors import CheckFailedError
from lead_sla.quality.checks import Check
from lead_sla.quality.dialect import register_dialect
from lead_sla.settings import Settings
from lead_sla.warehouse import limits

SEVERITIES = {"error": FailureSeverity.CRITICAL, "warn": FailureSeverity.WARNING}


class Finding(NamedTuple):
    """Whether a check passed, how many rows break it, and the first of them."""

    passed: bool
    row_count: int
    rows: list[dict[str, Any]]


@contextlib.contextmanager
def open_warehouse(settings: Settings) -> Iterator[SQLDatasource]:
    """The warehouse as a data source of Great Expectations, read-only; closed when the block ends."""
    register_dialect()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        "warehouse",
        connection_string=_connection_string(settings),
        create_temp_table=False,
        kwargs={"connect_args": {"read_only": True, "config": limits(settings)}},  # type: ignore[call-arg]
    )
    try:
        yield source
    finally:
        source.get_engine().dispose()
        source.get_execution_engine().engine.dispose()


def prepare(source: SQLDatasource, preparations: Iterable[str], parameters: Mapping[str, str]) -> None:
    """Run the statements of a suite that come before its checks."""
    with source.get_engine().begin() as connection:
        connection.execute(text("attach ':memory:' as scratch (read_write)"))
        for statement in preparations:
            connection.execute(text(Template(statement).substitute(parameters)))


def validate(
    source: SQLDatasource, checks: Iterable[Check], parameters: Mapping[str, str]
) -> Iterator[tuple[Check, Finding]]:
    """Run the checks; `parameters` are the SQL texts that replace the names in their queries.

    Raises:
        CheckFailedError: a query failed, for instance because its table is missing.
    """
    batches: dict[str, Batch] = {}  # one a table, since creating one costs more than most checks
    for check in checks:
        if check.table not in batches:
            batches[check.table] = _batch(source, check)
        outcome = batches[check.table].validate(_expectation(check, parameters), result_format="COMPLETE")
        yield check, _read(check, outcome)


def _batch(source: SQLDatasource, check: Check) -> Batch:
    schema, table = check.table.split(".")
    try:
        asset = source.add_table_asset(check.table, table_name=table, schema_name=schema)
    except TestConnectionError as error:
        raise _broken(check, "the table does not exist.") from error
    return asset.add_batch_definition_whole_table(check.table).get_batch()


def _connection_string(settings: Settings) -> str:
    url = URL.create("duckdb+buffered", database=str(settings.warehouse_path)).render_as_string()
    return url.replace("$", r"\$")  # Great Expectations reads a bare one as a variable of its own


def _expectation(check: Check, parameters: Mapping[str, str]) -> Expectation:
    return gx.expectations.UnexpectedRowsExpectation(
        unexpected_rows_query=Template(check.query).substitute(parameters), severity=SEVERITIES[check.severity]
    )


def _read(check: Check, outcome: ExpectationValidationResult) -> Finding:
    errors = _errors(outcome.exception_info or {})
    if errors:
        raise _broken(check, f"{errors[0].splitlines()[0].strip()}.")
    found = outcome.result
    return Finding(bool(outcome.success), found["observed_value"], found["details"]["unexpected_rows"])


def _errors(info: Mapping[str, Any]) -> list[str]:
    """Great Expectations returns one error as it is, several under the names of the metrics that failed."""
    notes = [info] if "raised_exception" in info else list(info.values())
    return [note["exception_message"] for note in notes if note["raised_exception"]]


def _broken(check: Check, reason: str) -> CheckFailedError:
    return CheckFailedError(
        f"The check {check.name} on {check.table} could not run, so nothing was published: {reason} "
        "Run `lead-sla refresh --full-refresh`; if it fails again in the same way, the query does not match the table."
    )
