"""Lands one file into a warehouse that is thrown away, through the same code as `lead-sla land`."""

import glob
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.land import land_feeds
from lead_sla.landing.report import LandedFile

LANDED_AT = datetime(2000, 1, 1)  # of a warehouse that nobody reads


@dataclass(frozen=True)
class PreviewedFile:
    """A file, by its path below a folder, which is the landing folder if the file is in it."""

    root: Path
    path: str
    is_in_landing: bool


@dataclass(frozen=True)
class Trial:
    """A file that has landed, and the warehouse that its rows are in."""

    connection: duckdb.DuckDBPyConnection
    landed: LandedFile


@contextmanager
def try_landing(feed: Feed, file: PreviewedFile) -> Iterator[Trial]:
    """Land the file as one of the feed's.

    Raises:
        FileRefusedError: landing refuses it; the message is that of landing.
    """
    own = replace(feed, files=glob.escape(file.path))
    with tempfile.TemporaryDirectory(prefix="lead-sla-preview-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
        with duckdb.connect(str(Path(folder) / "warehouse.duckdb"), config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            report = land_feeds(connection, [own], file.root, Path(folder) / "raw", LANDED_AT, _ignore)
            for refused in report.refused:
                raise FileRefusedError(refused.reason)
            yield Trial(connection, report.landed[0])


def _ignore(_message: str) -> None:
    """What landing says about large files."""
