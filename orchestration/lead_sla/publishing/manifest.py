"""`manifest.json`: the contents of a version, readable without opening the database."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from lead_sla.errors import InputError

MANIFEST = "manifest.json"


def _in_utc(stamp: datetime) -> datetime:
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


class Column(BaseModel):
    """A column as it was published."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    nullable: bool


class PublishedTable(BaseModel):
    """A table as it was published.

    The checksum is the sum of DuckDB's hash of every row: the order of rows does not matter to it, and it compares
    only with one computed by the same DuckDB version. It is text because JSON numbers are too short for it.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    checksum: str
    columns: tuple[Column, ...]


class Publication(BaseModel):
    """One published version.

    `data_through` is the last local date on which anything was booked, None without any; `reporting_currency` is None
    for versions of releases that did not record it; `company` is None unless the setting has a name; `fingerprints` are
    hashes of what figures depend on besides the events, by the reason that a difference gives; `failed_reports` lists
    the reports that could not be created, and why; `unreadable_files` are the files that the figures do not contain.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    as_of_date: date
    business_timezone: str
    published_at: Annotated[datetime, AfterValidator(_in_utc)]
    data_through: date | None = None
    reporting_currency: str | None = None
    company: str | None = None
    duckdb_version: str
    git_commit: str | None
    fingerprints: dict[str, str] = {}
    tables: tuple[PublishedTable, ...] = ()
    failed_reports: tuple[str, ...] = ()
    unreadable_files: tuple[str, ...] = ()


def write_manifest(folder: Path, publication: Publication) -> None:
    """Write the manifest of the version in `folder`."""
    (folder / MANIFEST).write_text(publication.model_dump_json(indent=2) + "\n")


def read_manifest(folder: Path) -> Publication:
    """Read the manifest of the version in `folder`.

    Raises:
        InputError: there is none, or it is not one of ours.
    """
    path = folder / MANIFEST
    remedy = f"Delete the folder {folder}, and run `lead-sla refresh` if `current` points to it."
    try:
        return Publication.model_validate_json(path.read_text())
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing, so this is not a published version. {remedy}") from error
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise InputError(f"{path} cannot be read: {where}: {problem['msg']}. {remedy}") from error
