"""What the last complete refresh has read and left behind, in `<home>/refreshed.json`; see `unchanged.py`.

It can be deleted at any time: the next refresh then does everything again. A refresh, from the command line or in
Dagster, deletes it when it begins, and writes it when it ends if all of it has succeeded.
"""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lead_sla.sample.placing import LIST_NAME
from lead_sla.settings import Settings
from lead_sla.transform.snapshot import Traits, look_at


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass: what it found in which rows, and the remedy."""

    asset: str
    name: str
    is_error: bool
    found: str
    remedy: str


class RefreshRecord(BaseModel):
    """A refresh that has published, rendered and delivered everything.

    `day` is the one in the business time zone on which it began: on a later one, other emails may be due. `snapshot` is
    the hash of what it read besides `landed_files`, whose ids are by path. `left_behind` are the files that nobody may
    have written since, such as the warehouse, and `warnings` the checks that did not pass.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    began_at: datetime
    day: date
    as_of_date: date
    snapshot: str
    landed_files: dict[str, str]
    left_behind: dict[str, Traits | None]
    warnings: tuple[FailedCheck, ...]


def read_record(settings: Settings) -> RefreshRecord | None:
    """The record of the last refresh; None if it was not complete, or the file cannot be read."""
    try:
        return RefreshRecord.model_validate_json(_path(settings).read_bytes())
    except (OSError, ValidationError):
        return None


def write_record(settings: Settings, record: RefreshRecord) -> None:
    """Replace the file in one step; on a full disk, there is none."""
    fresh = _path(settings).with_suffix(".next")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(record.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(_path(settings))
    except OSError:
        fresh.unlink(missing_ok=True)


def delete_record(settings: Settings) -> None:
    """From now on, nothing is known until a refresh is complete."""
    _path(settings).unlink(missing_ok=True)


def look_at_home(settings: Settings, run_id: str) -> dict[str, Traits | None]:
    """The warehouse, the files of the published version, and what decides whether anybody is notified, as they are."""
    version = settings.published_dir / "versions" / run_id
    files = [
        settings.warehouse_path,
        settings.warehouse_path.with_name(f"{settings.warehouse_path.name}.wal"),
        settings.alerts_path,
        settings.home / LIST_NAME,
        *sorted(version.rglob("*")),
        *sorted(settings.raw_dir.rglob("*.parquet")),
    ]
    return {path.relative_to(settings.home).as_posix(): look_at(path) for path in files}


def _path(settings: Settings) -> Path:
    return settings.home / "refreshed.json"
