"""A file in another form gives the rows that it gives in the canonical form, whatever it holds."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.inputs.feed_options import FileForm
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.land import land_feeds
from tests.support.random_cases import try_cases

pytestmark = pytest.mark.property

EXAMPLES = try_cases(few=20, many=500)
HEADER = "event_id,lead_id,event_type,occurred_at,segment\n"
PIECES = [
    '"', '""', ",", "\n", "\r\n", "\r", " ", "\0", "\u00a0", "\u2028", "\x85", "é", "😀", ",,,,\n", "\n\n",
    "1,l,demo,2024-01-01,x\n", '2,"l",demo,"2024-01-01T10:00Z"," x"\n', '3,l,demo,2024-01-01,"x\ny"\n',
    "4,l,demo,2024-01-01,ü\r\n", "5,l,demo,no day,x\n", '6,l,demo,2024-01-01,"',
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = tmp_path_factory.mktemp("spill")
    with duckdb.connect(config={"temp_directory": str(spill), "threads": "2"}) as opened:
        yield opened


@EXAMPLES
@given(text=TEXTS, encoding=st.sampled_from(["utf-16", "utf-16-le", "utf-8-sig", "gb18030"]))
def test_the_encoding_changes_nothing(connection: duckdb.DuckDBPyConnection, text: str, encoding: str) -> None:
    declared = None if encoding in {"utf-16", "utf-8-sig"} else encoding
    in_utf8 = land(connection, (HEADER + text).encode(), FileForm())
    assert land(connection, (HEADER + text).encode(encoding), FileForm(encoding=declared)) == in_utf8


@EXAMPLES
@given(text=TEXTS, above=st.lists(st.sampled_from(["", "Report", '"', 'a,"b",c', "é"]), max_size=3))
def test_lines_above_the_header_only_move_the_lines_below(
    connection: duckdb.DuckDBPyConnection, text: str, above: list[str]
) -> None:
    plain = land(connection, (HEADER + text).encode(), FileForm())
    content = "".join(f"{line}\n" for line in above) + HEADER + text
    form = FileForm(header_row=len(above) + 1)
    assert land(connection, content.encode(), form) == [(number + len(above), *row) for number, *row in plain]


def land(connection: duckdb.DuckDBPyConnection, content: bytes, form: FileForm) -> list[tuple[Any, ...]]:
    """The line, the values and the reason of every row that landed or was rejected."""
    connection.execute("drop schema if exists raw cascade")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.csv").write_bytes(content)
        feed = Feed("leads", "lead_events", "*", form=form)
        report = land_feeds(connection, [feed], Path(folder), Path(folder) / "raw", datetime(2026, 1, 1))
        assert not report.refused
        return connection.execute(
            """
            select row_number, event_id, lead_id, occurred_at, occurred_date, segment, null, null from raw.lead_events
            union all
            select line_number, null, null, null, null, null, reason, original_text from raw.rejected_rows
            order by 1
            """
        ).fetchall()
