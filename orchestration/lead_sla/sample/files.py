"""Tables to files: one per month, in the current month one per day (leads) or week (deals), in several formats.

A row lies in the file of the day on which its source exported it. All files of closed months are the same bytes
whatever the day for which the company is written; the current month's are replaced by one file when it has closed, as
many sources do it, so its rows come a second time then and are replays.
"""

import csv
import gzip
import io
import itertools
import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt

from lead_sla.sample import calendar_days
from lead_sla.sample.columns import Table, pick
from lead_sla.sample.dirt import unreadable_lines

COLUMNS: Final = {
    "lead_events": ("event_id", "lead_id", "event_type", "occurred_at", "segment", "landing_page", "channel"),
    "deal_events": ("event_id", "deal_id", "lead_id", "stage", "occurred_at", "amount", "currency"),
}
ROTATION: Final = ("csv", "csv.gz", "jsonl", "csv", "jsonl.gz", "csv.gz")  # by month
PARQUET_MONTH: Final = 4  # May is Parquet
CURRENT_FORMAT: Final = {"lead_events": "jsonl", "deal_events": "csv"}
BERLIN_SHIFT: Final = 3600  # the JSON Lines source writes +01:00 all year


def write_feed(feed: str, rows: Table, until: date) -> dict[str, bytes]:
    """The files of one feed by their path below the landing folder; all rows are exported by `until`."""
    rows = pick(rows, np.lexsort((rows["event_id"], rows["occurred"], rows["exported"])))
    return {
        f"{feed}/{name}.{file_format}": _render(feed, pick(rows, positions), file_format, corrupted_month)
        for name, file_format, corrupted_month, positions in _partition(feed, rows["exported"], until)
    }


def _partition(
    feed: str, days: npt.NDArray[np.int64], until: date
) -> Iterator[tuple[str, str, int | None, npt.NDArray[np.int64]]]:
    """File name, format, month when a closed one (these have unreadable lines), and the rows of each file."""
    current = calendar_days.month_number(until)
    parts: dict[tuple[str, str, int | None], list[tuple[int, int]]] = {}
    starts = np.flatnonzero(np.diff(days, prepend=-1))
    for start, stop in itertools.pairwise([*starts.tolist(), len(days)]):
        day = calendar_days.to_date(days[start])
        month = calendar_days.month_number(day)
        if month < current:
            key: tuple[str, str, int | None] = (f"{day:%Y-%m}", _format_of(month), month)
        elif feed == "lead_events":
            key = (f"{day:%Y-%m-%d}", CURRENT_FORMAT[feed], None)
        else:
            key = (f"{day:%Y-%m}-w{(day.day - 1) // 7 + 1}", CURRENT_FORMAT[feed], None)
        parts.setdefault(key, []).append((start, stop))
    for key, spans in parts.items():
        yield *key, np.arange(spans[0][0], spans[-1][1])


def _format_of(month: int) -> str:
    return "parquet" if month % 12 == PARQUET_MONTH else ROTATION[month % len(ROTATION)]


def _render(feed: str, table: Table, file_format: str, corrupted_month: int | None) -> bytes:
    rows = list(zip(*(_as_text(table, name, file_format) for name in COLUMNS[feed]), strict=True))
    if corrupted_month is not None:
        rows[len(rows) // 3 : len(rows) // 3] = unreadable_lines(feed, file_format, corrupted_month, rows)
    if file_format == "parquet":
        return _parquet(feed, rows)
    data = _json_lines(feed, rows) if file_format.startswith("jsonl") else _csv(feed, rows)
    return _gzip(data) if file_format.endswith(".gz") else data


def _as_text(table: Table, name: str, file_format: str) -> list[str]:
    if name == "occurred_at":
        return _stamps(table["occurred"], file_format)
    if name == "amount":
        return ["" if np.isnan(value) else f"{value:.2f}" for value in table[name]]
    return [str(value) for value in table[name]]


def _stamps(seconds: npt.NDArray[np.int64], file_format: str) -> list[str]:
    """The same instants in the notation of each source: with Z, with an offset, or without a zone."""
    shift, suffix = 0, "Z"
    if file_format.startswith("jsonl"):
        shift, suffix = BERLIN_SHIFT, "+01:00"
    elif file_format in {"csv.gz", "parquet"}:
        suffix = ""
    stamps = np.datetime_as_string((seconds + shift).astype("datetime64[s]"), unit="s")
    if file_format == "csv.gz":
        stamps = np.char.replace(stamps, "T", " ")
    return [f"{stamp}{suffix}" for stamp in stamps]


def _csv(feed: str, rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS[feed])
    writer.writerows(rows)
    return text.getvalue().encode()


def _json_lines(feed: str, rows: list[tuple[str, ...]]) -> bytes:
    lines = (
        json.dumps({name: _json_value(name, value) for name, value in zip(COLUMNS[feed], row, strict=True) if value})
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _json_value(name: str, value: str) -> str | float:
    return float(value) if name == "amount" else value


def _gzip(data: bytes) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as stream:
        stream.write(data)
    return packed.getvalue()


def _parquet(feed: str, rows: list[tuple[str, ...]]) -> bytes:
    types = {"occurred_at": "timestamp", "amount": "decimal(18, 2)"}
    columns = {name: types.get(name, "varchar") for name in COLUMNS[feed]}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "rows.csv"), Path(folder, "rows.parquet")
        source.write_bytes(_csv(feed, rows))
        with duckdb.connect(config={"threads": "1"}) as connection:
            rows_of_csv = connection.read_csv(str(source), header=True, columns=columns, auto_detect=False)
            rows_of_csv.write_parquet(str(target), compression="zstd")
        return target.read_bytes()
