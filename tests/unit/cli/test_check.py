"""`lead-sla check`: every problem of what people write, with file, line, value and remedy, and nothing else happens."""

import gzip
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from lead_sla.cli.main import app
from tests.support.small_seeds import SEEDS, TARGETS, write_seed, write_seeds

LEAD_HEADER = "event_id,lead_id,event_type,occurred_at\n"
FEEDS = """\
feeds:
  - name: website
    kind: lead_events
    files: website/*
  - name: crm
    kind: deal_events
    files: crm/*.csv
    columns:
      event_id: id
      deal_id: id
      stage: {column: status, default: proposal}
      currency: {constant: EUR}
      occurred_at: closed
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_seeds(tmp_path / "seeds")
    write(tmp_path / "feeds.yml", FEEDS)
    write(tmp_path / "data/landing/website/january.csv", LEAD_HEADER)
    write(tmp_path / "data/landing/crm/deals.csv", "id,status,closed,owner\n")
    return tmp_path


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def everything_in(folder: Path) -> dict[str, float]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def check() -> Result:
    return CliRunner().invoke(app, ["check"])


def problems(result: Result) -> list[str]:
    """The lines of the problems, without the last one, which counts them."""
    assert result.exit_code == 1, result.output
    *lines, last = result.stderr.splitlines()
    assert last.startswith(f"{len(lines)} problem")
    return lines


def test_a_company_without_problems_passes_and_nothing_is_written(folder: Path) -> None:
    before = everything_in(folder)
    result = check()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("No problems in the settings, 8 seeds, 2 feeds and 2 files. Checked in ")
    assert everything_in(folder) == before


def test_problems_of_rules_seeds_and_files_are_all_listed(folder: Path) -> None:
    write(folder / "rules.yml", "maturity_days: 0\n")
    write_seed(folder / "seeds" / TARGETS, SEEDS[TARGETS].replace("custom,400", "custom,-5"))
    write(folder / "data/landing/crm/deals.csv", "id,state,closed\n")
    found = problems(check())
    assert found[0] == (
        "rules.yml, line 1, rule maturity_days: 0 is not allowed. It must be a whole number from 1 to 3650."
    )
    assert found[1].startswith('seeds/targets/sla_targets.csv, line 2, column amount: "-5" is negative.')
    assert found[-1] == (
        "data/landing/crm/deals.csv (feed crm, feeds.yml, line 11): it has no column status; its columns are id, "
        "state, closed. Rename the column in the file, or correct its name under `columns` in feeds.yml."
    )


def test_a_wrong_setting_is_a_problem(folder: Path) -> None:
    write(folder / ".env", "LEAD_SLA_BUSINESS_TIMEZONE=Mars/Olympus\n")
    (found,) = problems(check())
    assert found.startswith(".env, line 1: LEAD_SLA_BUSINESS_TIMEZONE: 'Mars/Olympus' is not an IANA time zone")


def test_a_folder_that_is_no_company_s_is_a_problem(folder: Path) -> None:
    (folder / "feeds.yml").unlink()
    (found,) = problems(check())
    assert found.startswith(f"{folder / 'feeds.yml'} does not exist.")


def test_every_mistake_in_feeds_is_listed(folder: Path) -> None:
    write(folder / "feeds.yml", FEEDS.replace("deal_events", "deals").replace("files: website/*", "file: website/*"))
    assert [line.partition(":")[0] for line in problems(check())] == ["feeds.yml, line 4", "feeds.yml, line 6"]


@pytest.mark.parametrize(
    ("written", "mistake", "problem"),
    [
        (
            "default: proposal",
            "default: Won",
            "feeds.yml, line 11, feed crm: the stage 'Won' is not in seeds/reference/deal_stages.csv, so its rows "
            "would be quarantined. Did you mean won?",
        ),
        (
            "constant: EUR",
            "constant: CHF",
            "feeds.yml, line 12, feed crm: the currency 'CHF' is not in seeds/reference/exchange_rates.csv, so its "
            "rows would be quarantined. Add it to seeds/reference/exchange_rates.csv.",
        ),
    ],
)
def test_a_code_in_feeds_that_no_seed_has_is_a_problem(folder: Path, written: str, mistake: str, problem: str) -> None:
    write(folder / "feeds.yml", FEEDS.replace(written, mistake))
    assert problems(check()) == [problem]


def test_the_reporting_currency_and_aliases_are_known_codes(folder: Path) -> None:
    stages = "stage,label,outcome,stage_rank,aliases\nproposal,,open,10,offer\nwon,,won,20,\n"
    write_seed(folder / "seeds/reference/deal_stages.csv", stages)
    write(folder / "feeds.yml", FEEDS.replace("default: proposal", "default: offer").replace("EUR", "USD"))
    assert check().exit_code == 0


def test_a_mapped_value_and_the_code_of_a_record_s_entry_are_checked_as_well(folder: Path) -> None:
    records = (
        "  - name: records\n    kind: deal_records\n    files: records/*.csv\n    record_id: id\n"
        "    columns: {deal_id: id}\n    events:\n      - stage: {constant: opened}\n        occurred_at: closed\n"
    )
    write(folder / "feeds.yml", f"{FEEDS}    values: {{stage: {{Gewonnen: wonn}}}}\n{records}")
    write(folder / "data/landing/records/deals.csv", "id,closed\n")
    mapped, constant = problems(check())
    assert mapped.startswith("feeds.yml, line 14, feed crm: the stage 'wonn' is not in")
    assert constant.startswith("feeds.yml, line 20, feed records: the stage 'opened' is not in")


def test_a_mapped_value_that_no_row_may_have_is_a_problem(folder: Path) -> None:
    merges = "  - name: merges\n    kind: record_merges\n    files: merges/*\n"
    write(folder / "feeds.yml", f"{FEEDS}{merges}    values: {{record_type: {{Contact: lead, Account: company}}}}\n")
    (problem,) = problems(check())
    assert problem.endswith("the record type 'company' is unknown, so its rows would be rejected. Use lead or deal.")


def test_the_segment_of_all_is_no_constant(folder: Path) -> None:
    columns = "{event_id: id, lead_id: id, event_type: type, occurred_at: at, segment: {constant: all}}"
    write(
        folder / "feeds.yml", FEEDS.replace("    files: website/*\n", f"    files: website/*\n    columns: {columns}\n")
    )
    write(folder / "data/landing/website/january.csv", "id,type,at\n")
    (found,) = problems(check())
    assert found.startswith("feeds.yml, line 5, feed website: the segment 'all' is the sum of all segments.")


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
