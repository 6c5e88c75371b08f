"""`lead-sla check`: whether feeds and the files of the landing folder fit together."""

import gzip
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from lead_sla.cli.main import app
from tests.support.checked_company import FEEDS, LEAD_HEADER, check, problems, write


def test_feeds_without_files_and_files_without_a_feed_are_warnings(folder: Path) -> None:
    (folder / "data/landing/crm/deals.csv").rename(folder / "data/landing/deals.csv")
    result = check()
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        "Warning: feeds.yml, line 7, feed crm: no file in data/landing matches 'crm/*.csv'. Put files there, or "
        "correct the pattern.",
        "Warning: feeds.yml: no feed reads 1 file in data/landing: deals.csv. Add a feed for them, or correct the "
        "`files` of one.",
    ]


WIDE = (
    FEEDS
    + """\
  - name: wide
    kind: lead_events
    files: website/**/*.csv
"""
)


def gets_none(problem: str, feed: str, taker: str) -> bool:
    return problem.startswith(f"feeds.yml: Feed {feed} gets none of the 1 file") and f"{taker} takes them." in problem


@pytest.mark.parametrize("is_a_copy", [False, True], ids=["the same path", "the same bytes"])
def test_a_feed_whose_files_another_takes_is_a_problem_as_in_landing(folder: Path, is_a_copy: bool) -> None:
    write(folder / "feeds.yml", WIDE.replace("website/**/*.csv", "copies/*.csv") if is_a_copy else WIDE)
    if is_a_copy:
        write(folder / "data/landing/copies/copy.csv", LEAD_HEADER)
    (problem,) = problems(check())
    assert gets_none(problem, "wide", "website")
    landed = CliRunner().invoke(app, ["land"])
    assert problem.removeprefix("feeds.yml: ") in landed.output.replace("\n", " ")


def test_feeds_that_find_the_same_file_and_others_are_no_problem(folder: Path) -> None:
    write(folder / "feeds.yml", WIDE)
    write(folder / "data/landing/website/old/december.csv", LEAD_HEADER.replace("event_id", " event_id"))
    assert check().exit_code == 0


def test_a_file_that_a_feed_of_leads_and_one_of_deals_find_is_no_problem(folder: Path) -> None:
    both = "  - name: orders\n    kind: deal_events\n    files: website/*\n"
    write(folder / "feeds.yml", f"{FEEDS}{both}")
    write(folder / "data/landing/website/january.csv", "event_id,lead_id,event_type,deal_id,stage,occurred_at\n")
    assert check().exit_code == 0


def test_the_feed_for_which_a_file_has_landed_keeps_it(folder: Path) -> None:
    wide_first = (
        "feeds:\n  - name: wide\n    kind: lead_events\n    files: website/**/*.csv\n" + FEEDS.partition("\n")[2]
    )
    assert CliRunner().invoke(app, ["land"]).exit_code == 0
    write(folder / "feeds.yml", wide_first)
    (problem,) = problems(check())
    assert gets_none(problem, "wide", "website")
    write(folder / "data/landing/website/old/december.csv", LEAD_HEADER.replace("event_id", " event_id"))
    assert check().exit_code == 0


RECORDS = """\
feeds:
  - name: contacts
    kind: lead_records
    files: contacts/*.csv
    record_id: Record
    version: Changed
    withdrawn: {column: Archived, values: [Owner]}
    where:
      - column: Team
        values: [Sales]
    columns:
      lead_id: Contact
      segment: {column: Region, default: Owner}
    events:
      - event_type: {constant: Owner}
        occurred_at: Created
        when:
          column: Kind
          not_values: [Owner]
      - event_type: Type
        occurred_at: Contact
      - each: History
        event_type: {element: Owner}
        occurred_at: {element: at}
"""


@pytest.mark.parametrize(
    ("missing", "line", "key"),
    [
        ("Record", 5, "record_id"), ("Changed", 6, "version"), ("Archived", 7, "withdrawn"), ("Team", 9, "where"),
        ("Contact", 12, "columns` and `events"), ("Region", 13, "columns"), ("Created", 16, "events"),
        ("Kind", 18, "events"), ("Type", 20, "events"), ("History", 22, "events"),
    ],
)  # fmt: skip
def test_a_missing_column_has_the_line_of_the_key_that_names_it(
    folder: Path, missing: str, line: int, key: str
) -> None:
    names = ["Record", "Changed", "Archived", "Team", "Contact", "Region", "Created", "Kind", "Type", "History"]
    write(folder / "feeds.yml", RECORDS)
    write(folder / "data/landing/contacts/a.csv", ",".join(name for name in names if name != missing))
    *_, problem = problems(check())
    assert problem.startswith(f"data/landing/contacts/a.csv (feed contacts, feeds.yml, line {line}): it has no column")
    assert problem.endswith(f"Rename the column in the file, or correct its name under `{key}` in feeds.yml.")


def test_several_missing_columns_have_the_line_of_each(folder: Path) -> None:
    write(folder / "data/landing/crm/deals.csv", "id,owner\n")
    (problem,) = problems(check())
    assert "(feed crm, feeds.yml, lines 11 and 13): it has no column status, closed;" in problem


def test_another_delimiter_has_the_line_of_the_feed(folder: Path) -> None:
    write(folder / "data/landing/crm/deals.csv", "id;status;closed\n")
    (problem,) = problems(check())
    assert "(feed crm, feeds.yml, line 5): its columns are separated by ';'" in problem


def test_an_empty_file_of_any_format_is_a_warning_as_in_landing(folder: Path) -> None:
    empty = {"a.csv": b"", "b.csv": b"\xef\xbb\xbf", "c.csv.gz": gzip.compress(b"", mtime=0), "d.csv": b"\xff\xfe"}
    empty |= dict.fromkeys(("e.jsonl", "f.json", "g.parquet", "h.xlsx"), b"")
    for name, content in empty.items():
        (folder / "data/landing/website" / name).write_bytes(content)
    result = check()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[:-1] == [
        f"Warning: data/landing/website/{name} (feed website) is empty: it lands without rows." for name in empty
    ]


def test_utf8_that_the_feed_reads_in_another_encoding_is_a_warning(folder: Path) -> None:
    write(folder / "feeds.yml", FEEDS + "    encoding: windows-1252\n")
    write(folder / "data/landing/crm/deals.csv", "id,status,closed,owner\n1,won,2026-11-02,Müller\n")
    result = check()
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "Warning: data/landing/crm/deals.csv (feed crm): all of its text is valid UTF-8, but read as cp1252, which the "
        "feed declares: line 2 has 'MÃ¼ller' for 'Müller'. Save the file with a byte order mark"
    )


def test_every_format_is_compared_with_the_mapping(folder: Path) -> None:
    website = folder / "data/landing/website"
    (website / "a.csv.gz").write_bytes(gzip.compress(b"event_id,lead_id\n"))
    (website / "b.jsonl").write_text("{}\n")
    duckdb.sql("select 1 as event_id, 2 as lead_id, 'demo' as event_type, 3 as day").write_parquet(
        str(website / "c.parquet")
    )
    (website / "d.parquet").write_text("no Parquet")
    (website / "e.csv.gz").write_text("not packed")
    (website / "f.csv").write_bytes("event_id,größe\n".encode("cp1252"))
    (website / "g.docx").write_text("")
    found = {Path(line.partition(" ")[0].rstrip(",")).name: line for line in problems(check())}
    assert set(found) == {"a.csv.gz", "c.parquet", "d.parquet", "e.csv.gz", "f.csv"}
    assert "it has no column event_type, occurred_at; its columns are event_id, lead_id." in found["a.csv.gz"]
    assert "it has no column occurred_at; its columns are day, event_id, event_type, lead_id." in found["c.parquet"]
    assert "it cannot be read as Parquet." in found["d.parquet"]
    assert "it cannot be read (" in found["e.csv.gz"]
    assert "the header is not UTF-8" in found["f.csv"]
    assert "website/g.docx. Export them in one of these formats" in check().stdout
