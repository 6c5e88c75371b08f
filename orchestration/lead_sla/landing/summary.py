"""Describes the result of a landing, for the command line and for Dagster."""

from collections.abc import Iterable
from pathlib import Path

from lead_sla.errors import InputError, LeadSlaError
from lead_sla.formatting import show_count, show_path, show_some
from lead_sla.landing.files import ENDINGS
from lead_sla.landing.report import LandingReport


def describe(report: LandingReport) -> str:
    """What landed, in one line."""
    landed = [*report.landed, *report.landed_again]
    rows = sum(file.rows_landed for file in landed)
    rejected = sum(file.rows_rejected for file in landed)
    filtered = sum(file.rows_filtered for file in landed)
    counts = f"{rejected:,} rejected" + (f", {filtered:,} filtered" if filtered else "")
    empty = f"; no files for {', '.join(feed.name for feed in report.without_files)}" if report.without_files else ""
    again = f", {len(report.landed_again):,} landed again" if report.landed_again else ""
    forgotten = f", {len(report.forgotten):,} forgotten" if report.forgotten else ""
    seen = f"{report.already_landed:,} already landed{again}{forgotten}"
    return f"{show_count(len(report.landed), 'new file')} ({seen}), {show_count(rows, 'row')}, {counts}{empty}"


def describe_feeds_without_files(report: LandingReport) -> list[str]:
    """A line for each feed without files; this is not an error, since files may arrive later."""
    return [f"Feed {feed.name}: no file matches {feed.files}." for feed in report.without_files]


def describe_unread(paths: Iterable[str]) -> str:
    """Files that match a feed, but have an ending that is not read."""
    return (
        f"Not read, since their names do not end in {', '.join(ENDINGS)}: {', '.join(paths)}. Export them in one of "
        "these formats, move them out of the folder, or narrow `files` in feeds.yml."
    )


def describe_warnings(report: LandingReport) -> list[str]:
    """What is odd: files that are not read, and of those that landed, empty ones, rejected rows and unread columns."""
    lines: list[str] = []
    if report.unread:
        lines.append(describe_unread(report.unread))
    lines += _describe_changed_feeds(report)
    for file in (*report.landed_again, *report.landed):
        lines += file.warnings
        if file.rows_read == 0 and not file.warnings and not file.may_be_empty:
            lines.append(f"{file.path} (feed {file.feed}) is empty: it landed without rows.")
        if file.rows_rejected:
            counts = f"{file.rows_rejected:,} of {show_count(file.rows_read, 'row')} rejected"
            lines.append("\n  ".join((f"{file.path} (feed {file.feed}): {counts}:", *file.reasons)))
    return lines


def _describe_changed_feeds(report: LandingReport) -> list[str]:
    """A line for each feed whose entry has changed, that has another name, or no entry any more."""
    lines = [f"Feed {old} is called {new} now: its rows have the new name." for old, new in report.renamed.items()]
    for feed in dict.fromkeys((*(file.feed for file in report.landed_again), *report.kept)):
        again = sum(file.feed == feed for file in report.landed_again)
        landed = f"{show_count(again, 'file')} landed again" if again else "but no file landed again"
        lines.append(f"Feed {feed}: its entry in feeds.yml has changed, {'so ' if again else ''}{landed}.")
        if kept := report.kept.get(feed):
            lines[-1] += f" Files that are gone, or have been overwritten, keep their rows: {show_some(kept)}."
    for feed, paths in report.removed.items():
        lines.append(
            f"Feed {feed} is no longer in feeds.yml, but its rows still count: {show_some(paths)}. To take a file "
            "back, run `lead-sla land --forget PATH`."
        )
    return lines


def require_rows(report: LandingReport) -> None:
    """Raise if every row of a file was rejected.

    Raises:
        LeadSlaError: names the files.
    """
    files = (*report.landed_again, *report.landed)
    without_rows = [file.path for file in files if file.rows_rejected and not file.rows_landed]
    if without_rows:
        raise LeadSlaError(
            f"Every row of {', '.join(without_rows)} was rejected, for the reasons above. Correct the feed in "
            "feeds.yml, and the file lands again; or correct the rows and put them into a new file."
        )


def require_all_landed(report: LandingReport, landing_dir: Path) -> None:
    """Raise if a file was refused. The other files have landed and are not read again.

    Raises:
        InputError: names every refused file, with the reason and the remedy.
    """
    if report.refused:
        reasons = "\n".join(describe_refused(report))
        raise InputError(f"These files in {show_path(landing_dir)} were refused; all others have landed:\n{reasons}")


def describe_refused(report: LandingReport) -> list[str]:
    """A line for each file that was refused, with the reason and the remedy."""
    return [f"{file.path} (feed {file.feed}): {file.reason}" for file in report.refused]
