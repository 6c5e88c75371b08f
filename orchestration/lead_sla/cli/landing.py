"""The command that lands new files, or takes one back, and does nothing else."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.forgetting import forget
from lead_sla.landing.land import land_feeds
from lead_sla.landing.summary import (
    describe,
    describe_feeds_without_files,
    describe_warnings,
    require_all_landed,
    require_rows,
)
from lead_sla.settings import Settings
from lead_sla.warehouse import connect, hold_lock

FORGET = "Take back all rows of this landed file, a path in the landing folder, and land nothing."


def land(
    forgotten: Annotated[str | None, typer.Option("--forget", metavar="PATH", help=FORGET)] = None,
) -> None:
    """Land new files and stop there."""
    with reported_errors():
        settings = company_settings()
        now = datetime.now(UTC).replace(tzinfo=None)
        with hold_lock(settings, "lead-sla land", log=print_line), contextlib.closing(connect(settings)) as connection:
            if forgotten is None:
                _land_new(connection, settings, now)
            else:
                _forget(connection, settings, forgotten, now)


def _land_new(connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> None:
    feeds = load_feeds(settings.feeds)
    report = land_feeds(connection, feeds, settings.landing_dir, settings.raw_dir, now, print_line)
    for line in (*describe_feeds_without_files(report), *describe_warnings(report), describe(report)):
        print_line(line)
    require_all_landed(report, settings.landing_dir)
    require_rows(report)


def _forget(connection: duckdb.DuckDBPyConnection, settings: Settings, path: str, now: datetime) -> None:
    given = Path(path).absolute()
    if given.is_relative_to(settings.landing_dir):
        path = given.relative_to(settings.landing_dir).as_posix()
    for file in forget(connection, settings.raw_dir, path, now):
        print_line(f"Forgotten: {file.path} ({file.describe()}).")
    print_line(
        "It does not land again until its content changes. Run `lead-sla refresh` to rebuild and publish the mart "
        "without it."
    )
