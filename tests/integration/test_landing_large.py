"""Files large enough to be read in parallel and in many pieces: no row is lost, doubled or given another's line."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.landing_home import LEADS, LandingHome

ROWS = 700_000


@pytest.fixture
def home(tmp_path: Path) -> Iterator[LandingHome]:
    made = LandingHome(tmp_path)
    yield made
    made.connection.close()


def write_rows(home: LandingHome, name: str, value: str = "'north'") -> None:
    kind = "csv" if name.endswith("csv") else "json"
    options = {"csv": ", force_quote (segment), header", "json": ", array", "jsonl": ""}[name.split(".")[1]]
    path = home.put(f"lead_events/{name}", b"")
    home.connection.execute(
        f"copy (select n as event_id, 'lead-' || n as lead_id, 'demo' as event_type, "
        f"'2024-01-01T00:00:00.' || lpad(n::varchar, 6, '0') || 'Z' as occurred_at, {value} as segment, "
        f"'/a/long/landing/page' as landing_page, '{'c' * 40}' as channel from range({ROWS}) as numbers(n)) "
        f"to '{path}' (format {kind} {options})"
    )


@pytest.mark.parametrize(
    ("name", "first_line"), [("a.csv", 2), ("a.jsonl", 1), pytest.param("a.json", 1, marks=pytest.mark.soak)]
)
def test_every_row_of_a_long_file_keeps_its_line_and_progress_is_logged(
    home: LandingHome, name: str, first_line: int
) -> None:
    write_rows(home, name)
    assert home.land(LEADS).landed[0].rows_landed == ROWS
    moved = (
        f"row_number <> cast(event_id as bigint) + {first_line} or microsecond(occurred_at) <> cast(event_id as bigint)"
    )
    assert home.ask(f"select count(*), count(*) filter (where {moved}) from raw.lead_events") == [(ROWS, 0)]
    assert len(home.logged) == 2
    assert home.logged[0].startswith(f"lead_events/{name}: reading ")
    assert f"{ROWS:,} rows landed, 0 rejected" in home.logged[-1]


@pytest.mark.soak
def test_a_long_file_with_line_breaks_and_broken_lines_is_read_as_exactly(home: LandingHome) -> None:
    write_rows(home, "a.csv", "case when n % 1000 = 0 then 'two' || chr(10) || 'lines' else 'one' end")
    with (home.landing_dir / "lead_events/a.csv").open("a") as file:
        file.write('x,"\n' + "y,l,demo,2024-01-01,s,p,c\n")
    report = home.land(LEADS)
    assert (report.landed[0].rows_landed, report.landed[0].rows_rejected) == (ROWS + 1, 1)
    moved = "row_number <> cast(event_id as bigint) + 2 + (cast(event_id as bigint) + 999) // 1000"
    assert home.ask(f"select count(*) from raw.lead_events where event_id <> 'y' and {moved}") == [(0,)]
    assert home.rejects()[0][0] == ROWS + 2 + ROWS // 1000
    assert "it is read line by line" in home.logged[1]


def test_ten_thousands_of_rejected_rows_keep_their_own_text(home: LandingHome) -> None:
    rows = "".join(f"{number},l,demo,{'' if number % 2 else '2024-01-01'},,,\n" for number in range(60_001))
    home.land_leads(rows)
    wrong = "line_number <> cast(split_part(original_text, ',', 1) as bigint) + 2"
    assert home.ask(f"select count(*), count(*) filter (where {wrong}) from raw.rejected_rows") == [(30_000, 0)]


def test_a_file_full_of_unclosed_quotes_is_read_in_linear_time(home: LandingHome) -> None:
    started = datetime.now()
    home.land_leads('1,l,demo,"a","b\n' * 100_000 + "2,l,demo,2024-01-01,,,\n")
    assert (datetime.now() - started).total_seconds() < 60
    assert home.ask("select rows_landed, rows_rejected from raw.landed_files") == [(1, 100_000)]
