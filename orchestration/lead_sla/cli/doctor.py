"""`lead-sla doctor`: what a person looks at first when something is wrong. It changes nothing."""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb
import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from lead_sla.cli.console import FAILED, out, reported_errors
from lead_sla.cli.findings import Finding, Verdict
from lead_sla.cli.sources import check_sources
from lead_sla.disk import free_bytes, nearest_existing
from lead_sla.errors import InputError
from lead_sla.formatting import show_age, show_count
from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.inputs.seeds import SeedError, check_seeds
from lead_sla.pipeline.run import last_run
from lead_sla.publishing import current_version, withdrawn_version
from lead_sla.settings import PREFIX, Settings, load_settings
from lead_sla.warehouse import LockHeldError, connect, current_holder, hold_lock

LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations")
MOUNTS = Path("/proc/mounts")
NETWORK_FILE_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "fuse.sshfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
}
GIGABYTE = 10**9
VERDICT_STYLES: dict[Verdict, str] = {"ok": "green", "warn": "yellow", "problem": "bold red"}


def doctor() -> None:
    """Check everything that a refresh needs, and report problems. Changes nothing."""
    with reported_errors():
        settings = load_settings()
        findings = gather(settings, last_run(settings))
        out.print(to_table(findings), soft_wrap=False)
        if any(finding.verdict == "problem" for finding in findings):
            raise typer.Exit(FAILED)


def gather(settings: Settings, last_run: str | None) -> list[Finding]:
    """Look at everything, in the order in which a person would.

    Args:
        settings: the settings in force.
        last_run: the newest refresh in one sentence, None when none is recorded.
    """
    return [
        *check_settings(settings),
        check_versions(),
        check_home(settings.home),
        check_disk_space(settings),
        check_file_system(settings.home, MOUNTS.read_text() if MOUNTS.exists() else ""),
        check_timezone(settings.business_timezone),
        check_landing(settings),
        check_feeds(settings),
        *check_sources(settings),
        check_seed_files(settings),
        check_lock(settings),
        check_warehouse(settings),
        check_published(settings, datetime.now(UTC)),
        check_last_run(last_run, is_running=current_holder(settings) is not None),
    ]


def to_table(findings: list[Finding]) -> RenderableType:
    """The findings for a terminal of any width: the result, and beside it the details and below them the remedy."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        table.add_row(
            Text(finding.verdict, VERDICT_STYLES[finding.verdict]),
            Text.assemble((finding.name, "bold"), f": {finding.what}"),
        )
        if finding.remedy:
            table.add_row("", Text(f"Remedy: {finding.remedy}"))
    return table


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Every setting with its value and source."""
    for field, info in Settings.model_fields.items():
        name = PREFIX + field.upper()
        if os.environ.get(name):
            source = "from the environment"
        elif getattr(settings, field) == info.get_default(call_default_factory=True):
            source = "default"
        else:
            source = "from .env"
        value = settings.spill_dir if field == "temp_directory" else getattr(settings, field)
        shown = "not set" if value in (None, ()) else value
        yield Finding(name, "ok", f"{shown} ({source})")


def check_versions() -> Finding:
    """Python and the libraries that decide how a refresh behaves."""
    libraries = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    return Finding("versions", "ok", f"lead-sla {version('lead-sla')}, Python {sys.version.split()[0]}, {libraries}")


def check_home(home: Path) -> Finding:
    """Can this user write into the home folder, or make it?"""
    folder = nearest_existing(home)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            "home folder",
            "problem",
            f"{folder} is not writable: {error.strerror}",
            f"Give your user the right to write there, or set {PREFIX}HOME to another folder.",
        )
    if folder != home:
        return Finding("home folder", "ok", f"{home} does not exist yet; the first refresh makes it")
    return Finding("home folder", "ok", f"{home} can be written to")


def check_disk_space(settings: Settings) -> Finding:
    """A refresh rewrites the warehouse and builds another version in addition to the five that are kept."""
    free = free_bytes(settings.home)
    size = settings.warehouse_path.stat().st_size if settings.warehouse_path.exists() else 0
    needed = max(GIGABYTE, 2 * size)
    what = f"{free / GIGABYTE:,.1f} GB free; a refresh should find {needed / GIGABYTE:,.1f} GB"
    if free >= needed:
        return Finding("disk space", "ok", what)
    return Finding("disk space", "warn", what, f"Free some space, or move the home folder and set {PREFIX}HOME.")


def check_file_system(home: Path, mounts: str) -> Finding:
    """Locks cannot be relied on over a network; `mounts` is the text of /proc/mounts, empty where there is none."""
    best, kind = Path(), None
    for line in mounts.splitlines():
        point, file_system = line.split()[1:3]
        mount_point = Path(point.replace("\\040", " "))
        # Of two mounts on one point the later one is what is seen.
        if home.is_relative_to(mount_point) and len(mount_point.parts) >= len(best.parts):
            best, kind = mount_point, file_system
    if kind is None:
        return Finding("file system", "ok", "not checked on this system; it has to be a local disk")
    if kind in NETWORK_FILE_SYSTEMS:
        return Finding(
            "file system",
            "problem",
            f"{home} is on a network file system ({kind}), where locks cannot be relied on",
            f"Set {PREFIX}HOME to a folder on a local disk.",
        )
    return Finding("file system", "ok", f"{home} is on {kind}, mounted at {best}")


def check_timezone(zone: str) -> Finding:
    """Python and DuckDB have separate time zone data; both must contain the business zone."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    try:
        ours = noon.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as connection:
            theirs = connection.execute("select timezone(?, timestamptz '2026-01-01 12:00:00+00')", [zone]).fetchall()
    except (ZoneInfoNotFoundError, duckdb.Error) as error:
        remedy = f"Reinstall Lead SLA, or set {PREFIX}BUSINESS_TIMEZONE to a zone that both have."
        return Finding("time zone data", "problem", f"{zone} is not known: {error}", remedy)
    if theirs[0][0] != ours:
        remedy = "Reinstall Lead SLA, so that both are of the same year."
        return Finding("time zone data", "problem", f"{zone}: {ours} in Python, {theirs[0][0]} in DuckDB", remedy)
    return Finding("time zone data", "ok", f"Python and DuckDB agree on {zone}")


def check_landing(settings: Settings) -> Finding:
    """Is there a landing folder, and is anything in it?"""
    folder = settings.landing_dir
    remedy = "Put files there (docs/how-to/bring-your-own-data.md), or run `lead-sla demo`."
    try:
        files = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    except OSError as error:
        return Finding("landing folder", "problem", f"{folder} cannot be read: {error.strerror}", "Make it readable.")
    if not files:
        return Finding("landing folder", "warn", f"{folder} contains no files", remedy)
    size = sum(path.stat().st_size for path in files)
    return Finding("landing folder", "ok", f"{show_count(len(files), 'file')}, {size / GIGABYTE:,.3f} GB in {folder}")


def check_feeds(settings: Settings) -> Finding:
    """Can `feeds.yml` be read, and which feeds does it name?"""
    try:
        feeds = load_feeds(settings.feeds)
    except InputError as error:
        return Finding("feeds", "problem", str(error), f"Correct {settings.feeds}.")
    return Finding("feeds", "ok", f"{', '.join(feed.name for feed in feeds)} in {settings.feeds}")


def check_seed_files(settings: Settings) -> Finding:
    """Are the seeds as a refresh needs them?"""
    try:
        check_seeds(settings.seeds, settings.reporting_currency)
    except SeedError as error:
        what = f"{show_count(len(error.problems), 'problem')} in {settings.seeds}: {error.problems[0]}"
        return Finding("seeds", "problem", what, "Correct the files; a refresh lists every problem.")
    return Finding("seeds", "ok", f"{len(TABLES)} files in {settings.seeds}")


def check_lock(settings: Settings) -> Finding:
    """Whether the lock of the warehouse is free."""
    holder = current_holder(settings)
    if holder is None:
        return Finding("lock", "ok", "the warehouse is free")
    return Finding("lock", "warn", f"the warehouse is held by {holder}", "Wait until it has finished, or stop it.")


def check_warehouse(settings: Settings) -> Finding:
    """Whether the warehouse can be opened; skipped while another process holds the lock."""
    path = settings.warehouse_path
    if not path.exists():
        return Finding("warehouse", "warn", f"there is none yet at {path}", "Run `lead-sla refresh`.")
    size = f"{path.stat().st_size / GIGABYTE:,.3f} GB"
    try:
        with hold_lock(settings, "lead-sla doctor", wait_seconds=0), connect(settings, read_only=True) as connection:
            tables = connection.execute("select count(*) from duckdb_tables()").fetchall()[0][0]
    except LockHeldError:
        return Finding("warehouse", "ok", f"{path}, {size}; not opened, because it is in use")
    except duckdb.Error as error:
        return Finding(
            "warehouse",
            "problem",
            f"{path} cannot be opened: {error}",
            "Close the program that has it open; if none has, move the file away and run `lead-sla refresh`, which "
            "builds it again from the landing folder.",
        )
    return Finding("warehouse", "ok", f"{show_count(tables, 'table')}, {size}, at {path}")


def check_published(settings: Settings, now: datetime) -> Finding:
    """Which version do readers see, and how old is it?"""
    try:
        current, withdrawn = current_version(settings), withdrawn_version(settings)
    except InputError as error:
        return Finding("published mart", "problem", str(error), "Run `lead-sla refresh`.")
    if current is None:
        return Finding("published mart", "warn", "nothing is published yet", "Run `lead-sla refresh`.")
    what = (
        f"version {current.run_id}, as of {current.as_of_date}, "
        f"refresh began {current.published_at:%Y-%m-%d %H:%M} UTC, {show_age(now - current.published_at)} ago"
    )
    if withdrawn:
        return Finding(
            "published mart",
            "warn",
            f"{what}; the newer version {withdrawn.run_id}, as of {withdrawn.as_of_date}, was withdrawn",
            f"To return to it, run `lead-sla publish --rollback --to {withdrawn.run_id}`.",
        )
    return Finding("published mart", "ok", what)


def check_last_run(last_run: str | None, *, is_running: bool) -> Finding:
    """The result of the newest refresh; one that is still recorded as started while the lock is free was killed."""
    if last_run is None:
        return Finding("last run", "warn", "no refresh is recorded", "Run `lead-sla refresh`.")
    if last_run.startswith("failure"):
        return Finding("last run", "warn", last_run, "Read its log in the home's logs/, fix the cause and rerun.")
    if last_run.startswith("started") and not is_running:
        return Finding("last run", "warn", f"{last_run}; it was interrupted", "Rerun `lead-sla refresh`.")
    return Finding("last run", "ok", last_run)
