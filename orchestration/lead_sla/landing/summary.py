"""What a landing did, in words, for the command line and for Dagster."""

from lead_sla.errors import InputError
from lead_sla.landing.land import LandingReport


def describe(report: LandingReport) -> str:
    """What landed, in one line."""
    landed = report.landed
    rows = sum(file.rows_landed for file in landed)
    rejected = sum(file.rows_rejected for file in landed)
    absent = f"; none for {', '.join(feed.name for feed in report.without_files)}" if report.without_files else ""
    return f"{len(landed):,} new files ({report.already_landed:,} known), {rows:,} rows, {rejected:,} rejected{absent}"


def describe_absent(report: LandingReport) -> list[str]:
    """A line for each feed that found no file; that is no error, since a file may come tomorrow."""
    return [f"Feed {feed.name}: no file matches {feed.files}." for feed in report.without_files]


def require_all_landed(report: LandingReport) -> None:
    """Stop when a file was refused. The other files have landed by now and are not read again.

    Raises:
        InputError: names every refused file, with the reason and the remedy.
    """
    if report.refused:
        reasons = "\n".join(f"{file.path} (feed {file.feed}): {file.reason}" for file in report.refused)
        raise InputError(f"These files could not land; all others have:\n{reasons}")
