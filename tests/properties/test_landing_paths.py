"""The fast and the exact reader give the same rows, and neither loses or moves one, whatever a file holds."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.inputs.feed_options import FileForm, ValueOptions
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError, LandingFile, identify
from lead_sla.landing.land import land_feeds
from lead_sla.landing.layouts import find_delimiter, lay_out
from lead_sla.landing.records import Lines, read_csv_records, read_header, split_fields, without_break
from lead_sla.landing.schema import stored_columns
from lead_sla.landing.staging import stage_exactly, stage_fast
from lead_sla.landing.survey import survey
from lead_sla.landing.typed import MappedSource, typed_select
from lead_sla.landing.writing import Staged, Target
from tests.support.random_cases import try_cases

pytestmark = pytest.mark.property

EXAMPLES = try_cases(few=50, many=1000)
LEADS = Feed("leads", "lead_events", "*")
LANDED_AT = datetime(2026, 1, 1)
HEADER = "event_id,lead_id,event_type,occurred_at,segment\n"
FIRST_LINE = '{"event_id":null,"lead_id":null,"event_type":null,"occurred_at":null}'
# Everything that matters to a reader of CSV or JSON Lines, and rows that are fine, so that files are near the border.
PIECES = [
    '"', '""', '"""', ",", "\n", "\r\n", "\r", " ", "\t", "\0", "\u00a0", "\ufeff", "a", "é", "😀", "#", "\\", ";",
    "1,l,demo,2024-01-01,x\n", '2,"l",demo,"2024-01-01T10:00Z"," x"\n', '3,l,demo,2024-01-01,"x\ny"\n', ",,,,\n",
    "4,l,demo,2024-01-01,x\r\n", '5, "l" ,demo,2024-01-01, "x,""y"\n', '6,l"l,demo,2024-01-01,"',
    '7,"l" "x",demo,2024-01-01,x\n', '"\n', "\n\n",
    '{"event_id":1.50,"lead_id":"l","event_type":"demo","occurred_at":"2024-01-01","o":[1,{"a":null}]}\n', "{}\n",
    '{"event_id":"7","lead_id":"l","event_type":"d","occurred_at":"2024-01-01T00:00+01","x":NaN}\n', "[1]\n", '{"a":',
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
VALUES = st.text(st.sampled_from(list('ab1,"\n\r\t é;')), max_size=6)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = tmp_path_factory.mktemp("spill")
    with duckdb.connect(config={"temp_directory": str(spill), "threads": "2"}) as opened:
        yield opened


@EXAMPLES
@given(text=TEXTS, delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_both_readers_agree_on_csv_wherever_the_fast_one_is_trusted(
    connection: duckdb.DuckDBPyConnection, text: str, delimiter: str
) -> None:
    exchanged = str.maketrans({",": delimiter, delimiter: ","})
    feed = replace(LEADS, form=FileForm(delimiter=delimiter))
    compare_readers(connection, "file.csv", (HEADER + text).translate(exchanged), feed)


@EXAMPLES
@given(text=TEXTS)
def test_both_readers_agree_on_json_lines_wherever_the_fast_one_is_trusted(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    compare_readers(connection, "file.jsonl", text + "\n")


@EXAMPLES
@given(text=TEXTS)
def test_records_and_blank_lines_make_up_the_whole_file_again(text: str) -> None:
    content = (HEADER + text).encode()
    physical = re.findall(rb"[^\n]*\n|[^\n]+", content)
    lines = Lines(io.BytesIO(content))
    columns = len(read_header(lines))
    at = lines.number
    for record in read_csv_records(lines, columns):
        assert not b"".join(physical[at : record.line_number - 1]).strip(), "only blank lines are left out"
        at = record.line_number - 1 + record.line_count
        assert record.text == without_break(b"".join(physical[record.line_number - 1 : at]))
        assert record.fault is None or record.line_count == 1, "a broken record costs one line"
        assert record.fault is not None or len(split_fields(record.text)) == columns
    assert not b"".join(physical[at:]).strip()


@EXAMPLES
@given(text=TEXTS, ending=st.sampled_from(["csv", "jsonl"]))
def test_rows_read_are_rows_landed_and_rejected_and_a_rejected_row_keeps_its_line(
    connection: duckdb.DuckDBPyConnection, text: str, ending: str
) -> None:
    content = (HEADER if ending == "csv" else f"{FIRST_LINE}\n") + text + "\n"
    events, rejects = land(connection, f"file.{ending}", content)
    numbers = [row["row_number"] for row in events] + [row["line_number"] for row in rejects]
    assert len(set(numbers)) == len(events) + len(rejects)
    lines = content.removeprefix("\ufeff").split("\n")
    for row in rejects:
        first = row["original_text"].split("\n")[0]
        line = lines[row["line_number"] - 1]
        assert first in {line, line.removesuffix("\r")}, row


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
JSON_OBJECTS = st.dictionaries(st.sampled_from(["event_id", "lead_id", "segment", "n"]), JSON_VALUES)


@try_cases(few=10, many=500)
@given(objects=st.lists(JSON_OBJECTS, max_size=5), indent=st.sampled_from([None, 0, 2]), is_ascii=st.booleans())
def test_an_array_lands_as_the_same_objects_do_line_by_line(
    connection: duckdb.DuckDBPyConnection, objects: list[dict[str, Any]], indent: int | None, is_ascii: bool
) -> None:
    events = [json.loads(FIRST_LINE), *({"event_type": "demo", "occurred_at": "2024-01-01", **one} for one in objects)]
    lines = "".join(json.dumps(event, ensure_ascii=is_ascii) + "\n" for event in events)
    found = [
        [
            [(row["line_number"], row["column_name"], row["reason"]) for row in rejects],
            [(row["row_number"], row["event_id"], row["lead_id"], row["segment"], row["attributes"]) for row in landed],
        ]
        for landed, rejects in (
            land(connection, "file.jsonl", lines),
            land(connection, "file.json", json.dumps(events, indent=indent, ensure_ascii=is_ascii)),
        )
    ]
    assert found[0] == found[1]


@EXAMPLES
@given(
    rows=st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), max_size=6),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    line_break=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_lands_value_by_value_and_line_by_line(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, ...]], quoting: Any, line_break: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting, lineterminator=line_break)
    writer.writerow(["event_id", "lead_id", "event_type", "occurred_at", "segment", "note"])
    expected = []
    for event_id, lead_id, segment, note in rows:
        line = text.getvalue().count("\n") + 1
        writer.writerow([event_id, lead_id, "demo", "2024-01-01", segment, note])
        stripped = [strip(value) for value in (event_id, lead_id, segment, note)]
        if stripped[0] and stripped[1]:
            expected.append((line, *stripped))
    events, _ = land(connection, "file.csv", text.getvalue())
    landed = [
        (row["row_number"], row["event_id"], row["lead_id"], row["segment"], note_of(row["attributes"]))
        for row in events
    ]
    assert landed == expected


@EXAMPLES
@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17),
    form=st.sampled_from(["{}", "{:f}", "{:.1f}", "{:.9f}", "{:e}", "+{}", "{:,}", "{} USD", "$ {}", "{}_0"]),
)
def test_an_amount_is_the_decimal_rounded_half_away_from_zero_or_rejected(
    connection: duckdb.DuckDBPyConnection, number: Decimal, form: str
) -> None:
    text = form.format(number)
    amount, problem = type_value(connection, "deal_events", "amount", text)
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}", text):  # can be thousands
        assert (amount, problem) == (None, "amount")
        return
    plain = text.lower().translate(str.maketrans("", "", "0123456789.e+-"))
    if plain or "+-" in text:
        assert amount is None
        assert problem == "amount"
        return
    exact = Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)
    fits = abs(exact) < 10**16
    assert amount == (exact if fits else None)
    assert problem == (None if fits else "amount")


@EXAMPLES
@given(
    moment=st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),
    minutes=st.integers(-14 * 60, 14 * 60),
    separator=st.sampled_from("T "),
    offset=st.sampled_from(["", "Z", "+hh", "+hhmm", "+hh:mm"]),
    precision=st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
)
def test_an_iso_8601_stamp_is_the_moment_it_names(
    connection: duckdb.DuckDBPyConnection,
    moment: datetime,
    minutes: int,
    separator: str,
    offset: str,
    precision: str,
) -> None:
    minutes = 0 if offset in {"", "Z"} else minutes - (minutes % 60 if offset == "+hh" else 0)
    written = moment.isoformat(separator, precision)
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    zone = {"": "", "Z": "Z", "+hh": f"{sign}{hours:02}", "+hhmm": f"{sign}{hours:02}{rest:02}"}
    text = written + zone.get(offset, f"{sign}{hours:02}:{rest:02}")
    found, problem = type_value(connection, "deal_events", "occurred_at", text)
    local = datetime.fromisoformat(written).replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert problem is None
    assert found == local.astimezone(UTC).replace(tzinfo=None)


def compare_readers(connection: duckdb.DuckDBPyConnection, name: str, text: str, feed: Feed = LEADS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = put(Path(folder), name, text)
        try:
            layout = lay_out(feed, file)
        except FileRefusedError:
            return
        facts = survey(file, find_delimiter(feed, file).encode())
        targets = [
            Target(Path(folder) / name, file.file_id, 1, LANDED_AT) for name in ("fast.parquet", "exact.parquet")
        ]
        fast = stage_fast(connection, feed, file, targets[0], facts, layout)
        if fast is None:
            return
        exact = stage_exactly(connection, feed, file, targets[1], layout)
        assert staged_rows(connection, fast) == staged_rows(connection, exact)


def staged_rows(connection: duckdb.DuckDBPyConnection, staged: Staged) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"""
        select
            row_number, line_count, {", ".join(stored_columns(LEADS.kind))}, attributes, problem_column, problem_reason
        from {staged.relation}
        """
    ).fetchall()


def land(
    connection: duckdb.DuckDBPyConnection, name: str, text: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    connection.execute("drop schema if exists raw cascade")
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), name, text)
        report = land_feeds(connection, [LEADS], Path(folder), Path(folder) / "raw", LANDED_AT)
        assert not report.refused
        assert report.landed[0].rows_read == report.landed[0].rows_landed + report.landed[0].rows_rejected
        return dicts(connection, "raw.lead_events order by row_number"), dicts(connection, "raw.rejected_rows")


def dicts(connection: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"from {relation}")
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put(folder: Path, name: str, text: str) -> LandingFile:
    (folder / name).write_bytes(text.encode())
    return identify(folder, name)


def type_value(connection: duckdb.DuckDBPyConnection, kind: str, column: str, text: str) -> tuple[Any, Any]:
    texts = dict.fromkeys(["event_id", "deal_id", "lead_id", "stage", "currency", "amount"], "'1'")
    texts |= {"occurred_at": "'2024-01-01'", column: "given"}
    source = MappedSource("(select $text as given)", texts, "null")
    query = f"select {column}, problem_column from ({typed_select(kind, 'UTC', source, ValueOptions())})"
    return connection.execute(query, {"text": text}).fetchall()[0]


def strip(text: str) -> str | None:
    return text.strip() or None


def note_of(attributes: str | None) -> str | None:
    return json.loads(attributes)["note"] if attributes else None
