"""An error that one file causes refuses that file; one of the machine stops the landing."""

import errno
import gzip
import zlib
from typing import Any

import duckdb
import pytest

from lead_sla.landing import committing
from lead_sla.landing import land as landing
from lead_sla.landing.files import LandingFile
from tests.support.landing_home import LEAD_HEADER, LandingHome

ROW = "1,l,demo,2024-01-01,,,\n"
OTHER = "2,l,demo,2024-01-01,,,\n"


@pytest.mark.parametrize(
    "rows", [ROW, '1,l,demo,2024-01-01,"x\ny",,\n', ROW * 100_000], ids=["plain", "quoted", "long"]
)
def test_a_gzipped_file_that_is_padded_with_zeros_lands(home: LandingHome, rows: str) -> None:
    home.put("lead_events/a.csv.gz", gzip.compress((LEAD_HEADER + rows).encode()) + bytes(512))
    home.put("lead_events/b.csv", LEAD_HEADER + OTHER)
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/a.csv.gz", "lead_events/b.csv"]
    assert report.landed[0].rows_landed == rows.count("demo")


def test_a_wide_file_with_a_quoted_cell_lands_as_do_the_others(home: LandingHome) -> None:
    names = ",".join(f"p{number}" for number in range(1200))
    values = "," * (1200 - 1)
    home.put("lead_events/a.csv", f'{LEAD_HEADER.strip()},{names}\n1,l,demo,2024-01-01,"x, y",,,{values}\n')
    home.put("lead_events/b.csv", LEAD_HEADER + OTHER)
    report = home.land()
    assert [file.rows_landed for file in report.landed] == [1, 1]
    assert home.logged == []
    assert home.ask("select event_id, segment from raw.lead_events order by 1") == [("1", "x, y"), ("2", None)]


def break_staging(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let staging of the file a.csv end with an error."""
    stage = landing.stage_text

    def stage_text(connection: Any, feed: Any, file: LandingFile, *rest: Any) -> Any:
        if file.path.endswith("a.csv"):
            raise error
        return stage(connection, feed, file, *rest)

    monkeypatch.setattr(landing, "stage_text", stage_text)


OF_THE_FILE = [
    duckdb.InternalException("INTERNAL Error: state machine reached an invalid state\n\nStack Trace"),
    duckdb.BinderException("Binder Error: too many columns."),
    duckdb.ConversionException("Conversion Error: value out of range"),
    duckdb.IOException('IO Error: Could not read from file "{location}": Input/output error'),
    zlib.error("Error -3 while decompressing data"),
    EOFError("Compressed file ended"),
]


@pytest.mark.parametrize("error", OF_THE_FILE, ids=[type(error).__name__ for error in OF_THE_FILE])
def test_what_the_engine_raises_for_one_file_refuses_it_by_name_and_the_others_land(
    home: LandingHome, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    location = home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    home.put("lead_events/b.csv", LEAD_HEADER + OTHER)
    shown = str(error).replace("{location}", str(location))
    break_staging(monkeypatch, type(error)(shown))
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/b.csv"]
    (refused,) = report.refused
    reason = shown.split("\n")[0].rstrip(".")
    assert (refused.path, refused.reason) == (
        "lead_events/a.csv",
        f"it cannot be read: {reason}. Export it again, or move it out of the folder.",
    )
    monkeypatch.undo()
    assert [file.path for file in home.land().landed] == ["lead_events/a.csv"]


def test_a_file_that_vanishes_while_it_is_read_is_refused(home: LandingHome, monkeypatch: pytest.MonkeyPatch) -> None:
    location = home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    home.put("lead_events/b.csv", LEAD_HEADER + OTHER)
    stage = landing.stage_text

    def stage_text(connection: Any, feed: Any, file: LandingFile, *rest: Any) -> Any:
        location.unlink(missing_ok=True)
        return stage(connection, feed, file, *rest)

    monkeypatch.setattr(landing, "stage_text", stage_text)
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/b.csv"]
    assert report.refused[0].reason.startswith("it cannot be read (No such file or directory). Check that the file is")


def test_a_missing_file_is_not_reported_as_an_engine_error(home: LandingHome, monkeypatch: pytest.MonkeyPatch) -> None:
    location = home.put("lead_events/a.csv", LEAD_HEADER + ROW)

    def stage_text(*_: Any) -> Any:
        location.unlink()
        raise duckdb.IOException(f'IO Error: No files found that match the pattern "{location}"')

    monkeypatch.setattr(landing, "stage_text", stage_text)
    (refused,) = home.land().refused
    assert refused.reason.startswith("it cannot be read (No such file or directory)")


OF_THE_MACHINE = [
    duckdb.FatalException("FATAL Error: database has been invalidated"),
    duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"),
    duckdb.IOException('IO Error: Could not write file "/raw/1.parquet": No space left on device'),
    duckdb.IOException('IO Error: Could not read from file "/warehouse.duckdb": Input/output error'),
    duckdb.ConstraintException("Constraint Error: Duplicate key"),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    PermissionError(errno.EACCES, "Permission denied", "/raw"),
]


@pytest.mark.parametrize("error", OF_THE_MACHINE, ids=[str(error) for error in OF_THE_MACHINE])
def test_what_is_no_fault_of_the_file_stops_the_landing(
    home: LandingHome, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    break_staging(monkeypatch, error)
    with pytest.raises(type(error)) as stopped:
        home.land()
    assert stopped.value is error
    monkeypatch.undo()
    assert len(home.land().landed) == 1


def test_an_error_while_a_file_is_stored_refuses_it_and_leaves_nothing_of_it(
    home: LandingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW + "x\n")
    home.put("lead_events/b.csv", LEAD_HEADER + OTHER)
    store = committing.store_rejects

    def store_rejects(*arguments: Any) -> None:
        store(*arguments)
        raise duckdb.ConversionException("Conversion Error: no")

    monkeypatch.setattr(committing, "store_rejects", store_rejects)
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/b.csv"]
    assert [file.path for file in report.refused] == ["lead_events/a.csv"]
    assert home.ask("select count(*) from raw.rejected_rows") == [(0,)]
    assert home.ask("select event_id from raw.lead_events") == [("2",)]
