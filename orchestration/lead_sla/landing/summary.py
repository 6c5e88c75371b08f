"""Describes the result of a landing, for the command line and for Dagster."""

from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.formatting import show_count, show_path
from lead_sla.landing.land import LandingReport


def describe(report: LandingReport) -> str:
    """What landed, in one line."""
    landed = report.landed
    rows = sum(file.rows_landed for file in landed)
    rejected = sum(file.rows_rejected for file in landed)
    empty = f"; no files for {', '.join(feed.name for feed in report.without_files)}" if report.without_files else ""
    seen = f"{report.already_landed:,} already landed"
    return f"{show_count(len(landed), 'new file')} ({seen}), {show_count(rows, 'row')}, {rejected:,} rejected{empty}"


def describe_feeds_without_files(report: LandingReport) -> list[str]:
    """A line for each feed without files; this is not an error, since files may arrive later."""
    return [f"Feed {feed.name}: no file matches {feed.files}." for feed in report.without_files]


def require_all_landed(report: LandingReport, landing_dir: Path) -> None:
    """Raise if a file was refused. The other files have landed and are not read again.

    Raises:
        InputError: names every refused file, with the reason and the remedy.
    """
    if report.refused:
        reasons = "\n".join(f"{file.path} (feed {file.feed}): {file.reason}" for file in report.refused)
        raise InputError(f"These files in {show_path(landing_dir)} were refused; all others have landed:\n{reasons}")
