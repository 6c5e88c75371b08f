"""The versions under `published/`: adding one, pointing `current` at it, going back, and forgetting the oldest.

A version is a folder that never changes once it is there. Readers go through the symbolic link `current`, which is
replaced in one step, so they see either the old version or the new one. Every function that changes something here
expects its caller to hold the warehouse lock.
"""

import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb

from lead_sla.disk import sync
from lead_sla.errors import CheckFailedError, InputError
from lead_sla.publishing.building import build
from lead_sla.publishing.fingerprints import take_fingerprints
from lead_sla.publishing.manifest import MANIFEST, Publication, read_manifest, write_manifest
from lead_sla.publishing.recording import follow_readers, record_publication
from lead_sla.publishing.verifying import verify
from lead_sla.settings import Settings

KEPT_VERSIONS = 5
BUILDING = ".building-"  # hidden folders are being built or deleted; all others are complete versions
DELETED = ".deleted-"
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


Render = Callable[[Settings, Path], list[str]]


def render_nothing(_settings: Settings, _folder: Path) -> list[str]:
    """For a version that is read by programs alone."""
    return []


def publish(  # noqa: PLR0913 - what a version records
    settings: Settings,
    run_id: str,
    as_of_date: date,
    published_at: datetime,
    git_commit: str | None,
    render: Render = render_nothing,
    *,
    unreadable_files: tuple[str, ...] = (),
) -> Publication:
    """Publish the warehouse's marts as version `run_id`: build, verify, render, make durable, record, swap `current`.

    The caller holds the warehouse lock and has closed its own connections to the warehouse. Publishing a run again
    (a retry) finishes what the first attempt left undone; it changes nothing in a version that exists.

    The publication is in the ledgers before readers see it. A run that dies between the two has published nothing, and
    `prepare_ledgers` of the next one withdraws what it recorded.

    Args:
        settings: where the warehouse and the published versions are.
        run_id: the refresh; becomes the name of the version's folder.
        as_of_date: the last day that counts, in the business time zone.
        published_at: when the run got the warehouse, which its models were built with; UTC without a zone.
        git_commit: the commit of the project, None when there is none.
        render: writes page and workbook to the version's folder, from its verified mart; returns what failed.
        unreadable_files: paths of the files that the figures do not contain because they could not be read.

    Raises:
        InputError: there is nothing to publish, or `run_id` cannot be a folder name.
        CheckFailedError: the files differ from the warehouse. `current` is as it was.
    """
    if not RUN_ID.fullmatch(run_id):
        raise InputError(f"Run id {run_id!r} cannot name a folder; use letters, digits, '_', '.' and '-'.")
    _require_link(settings)
    _remove_leftovers(settings)
    folder = _versions_dir(settings) / run_id
    if folder.exists():
        publication = _confirm(settings, folder, as_of_date)
    else:
        publication = Publication(
            run_id=run_id,
            as_of_date=as_of_date,
            business_timezone=settings.business_timezone,
            published_at=published_at,
            reporting_currency=settings.reporting_currency,
            company=settings.company,
            duckdb_version=duckdb.__version__,
            git_commit=git_commit,
            fingerprints=take_fingerprints(settings),
            unreadable_files=unreadable_files,
        )
        publication = _add_version(settings, folder, publication, render)
    record_publication(settings, publication)
    _point_current(settings, run_id)
    _forget_old(settings)
    return publication


def rollback(settings: Settings, run_id: str | None = None, *, log: Callable[[str], None] = print) -> Publication:
    """Point `current` to another version that is kept, and log which one it is.

    Args:
        settings: where the published versions are.
        run_id: the version, earlier or later than the current one; by default the one published before it.
        log: receives the result and the way back.

    Raises:
        InputError: nothing is published, or there is no such version.
    """
    current = current_version(settings)
    if current is None:
        raise InputError("Nothing is published yet, so there is nothing to roll back. Run `lead-sla refresh` first.")
    version = _version_before(settings, current) if run_id is None else _kept_version(settings, run_id)
    if version == current:
        log(f"Readers already get version {current.run_id} (as of {current.as_of_date}); nothing was changed.")
        return version
    _point_current(settings, version.run_id)
    log(
        f"Rolled {'back' if _order(version) < _order(current) else 'forward'} from version {current.run_id} (as of "
        f"{current.as_of_date}) to version {version.run_id} (as of {version.as_of_date}), whose refresh began "
        f"{version.published_at:%Y-%m-%d %H:%M} UTC. To undo this, run `lead-sla publish --rollback --to "
        f"{current.run_id}`."
    )
    return version


def _version_before(settings: Settings, current: Publication) -> Publication:
    earlier = [version for version in list_versions(settings) if _order(version) < _order(current)]
    if not earlier:
        raise InputError(
            f"Version {current.run_id} is the oldest one kept, so there is none to roll back to. "
            "Correct the files or seeds and run `lead-sla refresh` instead."
        )
    return earlier[0]


def _kept_version(settings: Settings, run_id: str) -> Publication:
    kept = list_versions(settings)
    for version in kept:
        if version.run_id == run_id:
            return version
    listed = ", ".join(f"{version.run_id} (as of {version.as_of_date})" for version in kept)
    raise InputError(f"Version {run_id!r} is not kept. The versions are, the newest first: {listed}.")


def prepare_ledgers(settings: Settings) -> None:
    """Create the ledgers and bring them in line with what readers see, before a refresh compares anything with them.

    The caller holds the warehouse lock.

    Raises:
        CheckFailedError: readers see a version that is not in the ledgers and cannot be read.
    """
    run_id = _current_run_id(settings)
    folder = None if run_id is None else _versions_dir(settings) / run_id
    if folder is None or not folder.exists():
        follow_readers(settings, None, None)
    else:
        follow_readers(settings, folder, read_manifest(folder))


def list_versions(settings: Settings) -> list[Publication]:
    """Every version that is kept, the one published last first."""
    folders = [path.parent for path in _versions_dir(settings).glob(f"*/{MANIFEST}")]
    versions = [read_manifest(folder) for folder in folders if not folder.name.startswith(".")]
    return sorted(versions, key=_order, reverse=True)


def current_version(settings: Settings) -> Publication | None:
    """The version that readers see, or None while nothing is published.

    Raises:
        InputError: `current` points to a version that does not exist.
    """
    run_id = _current_run_id(settings)
    return None if run_id is None else read_manifest(_versions_dir(settings) / run_id)


def withdrawn_version(settings: Settings) -> Publication | None:
    """The newest version, if readers get an earlier one, as after a rollback; else None."""
    current = current_version(settings)
    newest = next(iter(list_versions(settings)), None)
    return newest if current and newest and _order(newest) > _order(current) else None


def _add_version(settings: Settings, folder: Path, publication: Publication, render: Render) -> Publication:
    building = folder.with_name(BUILDING + publication.run_id)
    building.mkdir(parents=True)
    try:
        publication = build(settings, building, publication)
        tables = verify(settings, building)
        failed_reports = tuple(render(settings, building))
        publication = publication.model_copy(update={"tables": tables, "failed_reports": failed_reports})
        write_manifest(building, publication)
        _make_durable(building)
        building.rename(folder)
    finally:
        if building.exists():
            shutil.rmtree(building)
    sync(folder.parent)
    return publication


def _confirm(settings: Settings, folder: Path, as_of_date: date) -> Publication:
    publication = read_manifest(folder)
    try:
        verify(settings, folder)
    except CheckFailedError as error:
        raise CheckFailedError(
            f"Run {publication.run_id} is published already, and the warehouse has changed since. "
            f"A version never changes: run `lead-sla refresh`, which makes a new one.\n{error}"
        ) from error
    if publication.as_of_date != as_of_date:
        raise CheckFailedError(
            f"Run {publication.run_id} is published already, as of {publication.as_of_date} and not {as_of_date}. "
            "A version never changes: run `lead-sla refresh`, which makes a new one."
        )
    return publication


def _make_durable(folder: Path) -> None:
    """Nothing of a version may be lost once `current` points to it, even if the power fails the moment after."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        sync(path)
    sync(folder)


def _point_current(settings: Settings, run_id: str) -> None:
    fresh = settings.published_dir / ".current-next"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("versions") / run_id, target_is_directory=True)
    fresh.replace(_link(settings))
    sync(settings.published_dir)


def _require_link(settings: Settings) -> None:
    link = _link(settings)
    if link.exists() and not link.is_symlink():
        raise InputError(
            f"{link} is not a symbolic link, so it cannot be pointed at a new version; a copy or a restore made it "
            "a folder. Move it away and rerun."
        )


def _remove_leftovers(settings: Settings) -> None:
    """The caller holds the lock, so the process that was building or deleting these has ended."""
    for leftover in _versions_dir(settings).glob(".*"):
        shutil.rmtree(leftover)


def _forget_old(settings: Settings) -> None:
    current = _current_run_id(settings)
    for version in list_versions(settings)[KEPT_VERSIONS:]:
        if version.run_id != current:
            doomed = _versions_dir(settings) / f"{DELETED}{version.run_id}"
            (_versions_dir(settings) / version.run_id).rename(doomed)
            shutil.rmtree(doomed)


def _current_run_id(settings: Settings) -> str | None:
    link = _link(settings)
    return link.readlink().name if link.is_symlink() else None


def _order(version: Publication) -> tuple[datetime, str]:
    return version.published_at, version.run_id


def _link(settings: Settings) -> Path:
    return settings.published_dir / "current"


def _versions_dir(settings: Settings) -> Path:
    return settings.published_dir / "versions"
