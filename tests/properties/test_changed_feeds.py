"""However a feed's entry has changed and whatever was forgotten, `raw` is that of landing once under the last entry."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.forgetting import forget
from lead_sla.landing.land import land_feeds
from tests.support.random_cases import try_cases

LANDED_AT = datetime(2026, 5, 1)
EVENTS = """
  - name: crm
    kind: lead_events
    files: crm/*.csv
    columns: {event_id: Id, lead_id: Contact, event_type: Kind, occurred_at: When}
"""
RECORDS = """
  - name: crm
    kind: lead_records
    files: crm/*.csv
    record_id: Id
    columns: {lead_id: Contact}
    events: [{event_type: Kind, occurred_at: When}]
"""
OPTIONS = ["", '    dates: ["%d.%m.%Y"]\n', "    where: {column: Kind, values: [demo]}\n", "    nulls: [x]\n"]
ENTRIES = st.tuples(st.sampled_from([EVENTS, RECORDS]), st.sets(st.sampled_from(OPTIONS)).map(sorted))
ROWS = st.lists(
    st.tuples(
        st.sampled_from("123"),
        st.sampled_from(["a", "b", "x", ""]),
        st.sampled_from(["demo", "fax"]),
        st.sampled_from(["2026-04-01", "02.04.2026", "soon", ""]),
    ),
    max_size=4,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("land"), st.lists(ROWS, min_size=1, max_size=20)),
        st.tuples(st.just("change"), ENTRIES),
        st.tuples(st.just("forget"), st.integers(0, 30)),
    ),
    min_size=2,
    max_size=8,
)
COUNTED = "select {} from raw.{} order by all"
FOUND = {
    "lead_events": "* exclude (file_number)",
    "record_statements": "* exclude (file_number)",
    "rejected_rows": "* exclude (file_number)",
    "landed_files": "file_id, feed, kind, path, rows_read, rows_landed, rows_rejected, rows_filtered",
}


class _Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect(str(folder / "warehouse.duckdb"))

    def land(self, entry: tuple[str, list[str]]) -> None:
        (self.folder / "feeds.yml").write_text(f"feeds:{entry[0]}{''.join(entry[1])}")
        feeds = load_feeds(self.folder / "feeds.yml")
        report = land_feeds(self.connection, feeds, self.folder, self.folder / "raw", LANDED_AT, lambda _: None)
        assert not report.refused

    def read(self) -> dict[str, list[Any]]:
        return {table: self.connection.execute(COUNTED.format(what, table)).fetchall() for table, what in FOUND.items()}


def write_file(folder: Path, number: int, rows: list[tuple[str, ...]]) -> None:
    (folder / "crm").mkdir(exist_ok=True)
    lines = ["Id,Contact,Kind,When,File", *(",".join((*row, str(number))) for row in rows or [("", "", "", "")])]
    (folder / "crm" / f"{number:03}.csv").write_text("\n".join(lines) + "\n")


@pytest.mark.property
@try_cases(few=15, many=300)
@given(entry=ENTRIES, steps=STEPS)
def test_changed_entries_and_forgotten_files_give_what_landing_once_gives(
    entry: tuple[str, list[str]], steps: list[tuple[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        home, number = _Home(Path(one)), 0
        home.land(entry)
        for step, value in steps:
            if step == "land":
                for rows in value:
                    write_file(home.folder, number, rows)
                    number += 1
            elif step == "change":
                entry = value
            landed = sorted(path.name for path in home.folder.glob("crm/*.csv"))
            home.land(entry)
            if step == "forget" and landed:
                name = landed[value % len(landed)]
                forget(home.connection, home.folder / "raw", f"crm/{name}", LANDED_AT)
                (home.folder / "crm" / name).unlink()
        fresh = _Home(Path(other))
        for path in home.folder.glob("crm/*.csv"):
            (fresh.folder / "crm").mkdir(exist_ok=True)
            (fresh.folder / "crm" / path.name).write_bytes(path.read_bytes())
        fresh.land(entry)
        home.connection.execute("delete from raw.landed_files where forgotten_at is not null")
        assert home.read() == fresh.read()
