"""The command that lands new files and does nothing else."""

import contextlib
from datetime import UTC, datetime

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.land import land_feeds
from lead_sla.landing.summary import (
    describe,
    describe_feeds_without_files,
    describe_warnings,
    require_all_landed,
    require_rows,
)
from lead_sla.warehouse import connect, hold_lock


def land() -> None:
    """Land new files and stop there."""
    with reported_errors():
        settings = company_settings()
        feeds = load_feeds(settings.feeds)
        landed_at = datetime.now(UTC).replace(tzinfo=None)
        with hold_lock(settings, "lead-sla land", log=print_line), contextlib.closing(connect(settings)) as connection:
            report = land_feeds(connection, feeds, settings.landing_dir, settings.raw_dir, landed_at, print_line)
        for line in (*describe_feeds_without_files(report), *describe_warnings(report), describe(report)):
            print_line(line)
        require_all_landed(report, settings.landing_dir)
        require_rows(report)
