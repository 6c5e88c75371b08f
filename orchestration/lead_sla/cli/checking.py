"""`lead-sla check`: whether what people write fits together, before anything is run."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import duckdb
import typer

from lead_sla.cli.console import FAILED, company_settings, err, out, print_line
from lead_sla.cli.doctor import check_timezone
from lead_sla.errors import InputError
from lead_sla.formatting import show_count
from lead_sla.inputs.feed_codes import check_feed_codes
from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.inputs.seeds import check_seeds
from lead_sla.landing.checking import CheckedFiles, check_files
from lead_sla.landing.known_files import KnownFiles, read_known_files
from lead_sla.settings import Settings
from lead_sla.transform.project import read_rules
from lead_sla.warehouse import LockHeldError, connect, hold_lock


def check() -> None:
    """Check settings, rules, seeds, feeds and the headers of files, and list every problem. Runs and writes nothing."""
    began = time.monotonic()
    try:
        settings = company_settings()
    except InputError as error:
        _finish([str(error)], began)
    checked, feeds = _check_feeds(settings)
    problems = [*_check_values(settings), *checked.problems]
    for warning in checked.warnings:
        out.print(f"Warning: {warning}", style="yellow", markup=False)
    if problems:
        _finish(problems, began)
    print_line(
        f"No problems in the settings, {len(TABLES)} seeds, {show_count(len(feeds), 'feed')} and "
        f"{show_count(checked.files, 'file')}. Checked in {time.monotonic() - began:.1f} s."
    )


def _check_values(settings: Settings) -> Iterator[str]:
    """What is wrong with settings, rules and seeds, each by the check that a refresh makes."""
    zone = check_timezone(settings.business_timezone)
    if zone.verdict == "problem":
        yield f"{zone.what}. {zone.remedy}"
    yield from _problems_of(lambda: read_rules(settings))
    yield from _problems_of(lambda: check_seeds(settings.seeds, settings.reporting_currency))


def _check_feeds(settings: Settings) -> tuple[CheckedFiles, tuple[Feed, ...]]:
    """What is wrong with `feeds.yml`; if nothing is, with its codes and the files."""
    try:
        feeds = load_feeds(settings.feeds)
    except InputError as error:
        return CheckedFiles(problems=[str(error)]), ()
    checked = check_files(feeds, settings.feeds, settings.landing_dir, partial(_read_known, settings))
    codes = check_feed_codes(feeds, settings.feeds, settings.seeds, settings.reporting_currency)
    checked.problems[:0] = codes
    return checked, feeds


def _read_known(settings: Settings) -> KnownFiles:
    """The files that have landed; none if there is no warehouse, or it is in use or from another release."""
    nothing = KnownFiles([])
    if not settings.warehouse_path.exists():
        return nothing
    try:
        with hold_lock(settings, "lead-sla check", wait_seconds=0), connect(settings, read_only=True) as connection:
            return read_known_files(connection)
    except (LockHeldError, duckdb.CatalogException, duckdb.BinderException):
        return nothing


def _problems_of(check_something: Callable[[], object]) -> Iterator[str]:
    try:
        check_something()
    except InputError as error:
        yield str(error)


def _finish(messages: list[str], began: float) -> None:
    """Print the problems, of which a message can contain several lines, and exit."""
    lines = [line for message in messages for line in message.split("\n")]
    for line in lines:
        err.print(line, style="red", markup=False)
    seconds = time.monotonic() - began
    err.print(f"{show_count(len(lines), 'problem')}. Nothing was run or changed. Checked in {seconds:.1f} s.")
    raise typer.Exit(FAILED)
