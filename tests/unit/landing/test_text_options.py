"""What the options of a feed make of text, and which rows they count."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from lead_sla.inputs.feed_columns import KINDS
from lead_sla.inputs.feed_options import ValueOptions
from lead_sla.landing.mapping import map_columns
from lead_sla.landing.summary import describe
from lead_sla.landing.typed import typed_select
from tests.support.feed_options import feed
from tests.support.landing_home import DEALS, LandingHome


def test_words_for_missing_values_are_missing_in_every_column(home: LandingHome, tmp_path: Path) -> None:
    words = ["NULL", "\\N", "N/A", "(No value)", "None", "nan", "-"]
    rows = "".join(f"{number},d,{word},won,{word},{word},2026-11-02,{word}\n" for number, word in enumerate(words))
    home.put("in/a.csv", f"id,deal,lead,stage,amount,currency,at,note\n{rows}8,d,a,won,100,n/a,2026-11-02,x\n")
    home.put("in/b.csv", "id,deal,lead,stage,amount,currency,at\n9,d,a,NULL,1,,2026-11-02\n")
    home.land(feed(tmp_path, f"nulls: {json.dumps(words)}", "deal_events"))
    found = home.ask("select lead_id, amount, currency, attributes from raw.deal_events order by row_number")
    assert found == [(None, None, None, None)] * 7 + [("a", Decimal(100), "n/a", '{"note":"x"}')]
    assert [reject[:3] for reject in home.rejects()] == [(2, "stage", "is required, but missing")]


def test_ids_that_are_written_in_several_ways_meet(home: LandingHome, tmp_path: Path) -> None:
    options = 'normalize: {lead_id: [salesforce_id, lower]}\nfirst_of: {lead_id: ";"}'
    leads = ["8001", "8002", "ada@example.com", "Ada@Example.com", "0031t00000Tj91Q", "bo@example.com"]
    deals = ["0031t00000Tj91QAAZ", "8001;8002", "bo@example.com", "BO@example.com"]
    ids = land_ids(home, tmp_path, options, [*leads, *deals])
    assert ids[: len(leads)] == [
        "8001", "8002", "ada@example.com", "ada@example.com", "0031t00000tj91qaar", "bo@example.com",
    ]  # fmt: skip
    assert set(ids[len(leads) :]) <= set(ids[: len(leads)]), "each deal has a lead"


def land_ids(home: LandingHome, folder: Path, options: str, values: Sequence[str]) -> list[str | None]:
    """The segment that each value became in a feed whose options are about `lead_id`."""
    options = options.replace("lead_id", "segment")
    home.put(
        "in/a.csv",
        "id,lead,type,at,segment\n" + "".join(f'{i},l,demo,2026-10-03,"{v}"\n' for i, v in enumerate(values)),
    )
    home.land(feed(folder, options))
    return [found for (found,) in home.ask("select segment from raw.lead_events order by row_number")]


def test_an_id_of_salesforce_gets_the_three_characters_that_tell_its_capitals(
    home: LandingHome, tmp_path: Path
) -> None:
    ids = {
        "001A0000006Vm9r": "001A0000006Vm9rIAC",
        "001A0000006Vm9rIAC": "001A0000006Vm9rIAC",
        "001a0000006vm9riac": "001A0000006Vm9rIAC",
        "001A0000006VM9RIAC": "001A0000006Vm9rIAC",
        "0031t00000Tj91Q": "0031t00000Tj91QAAR",
        "abcdeABCDEabcd5": "abcdeABCDEabcd5A5A",
        "001A0000006Vm9": "001A0000006Vm9",
        "001A0000006Vm9-": "001A0000006Vm9-",
        "001A0000006Vm9rIA9": "001A0000006Vm9rIA9",
    }
    assert land_ids(home, tmp_path, "normalize: {lead_id: salesforce_id}", list(ids)) == list(ids.values())


@pytest.mark.parametrize(
    ("options", "values", "expected"),
    [
        (
            "normalize: {lead_id: integer}",
            ["8001.0", "-5.", "8001", "8.5", "1e3", "x1.0"],
            ["8001", "-5", "8001", "8.5", "1e3", "x1.0"],
        ),
        ("normalize: {lead_id: lower}", ["ÄB", "a"], ["äb", "a"]),
        ("first_of: {lead_id: ;}", ["1; 2", " ; 2;3", ";", "4"], ["1", "2", None, "4"]),
        (
            "values: {lead_id: {Payment Done: won}}",
            ["Payment Done", "payment done", " Payment Done "],
            ["won", "payment done", "won"],
        ),
        ("values: {lead_id: {A: b}}\nnormalize: {lead_id: lower}", ["A", "C"], ["b", "c"]),
        ("values: {lead_id: {A: B}}\nfirst_of: {lead_id: ','}\nnulls: ['-']", ["A,C", "-", "-,A"], ["B", None, "-"]),
    ],
)
def test_text_is_converted_in_the_order_first_of_values_normalize(
    home: LandingHome, tmp_path: Path, options: str, values: list[str], expected: list[str | None]
) -> None:
    assert land_ids(home, tmp_path, options, values) == expected


def test_a_default_is_taken_after_everything_else(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", "id,lead,type,at,segment\n1,l,Demo,2026-01-01,\n2,l,none,2026-01-01,\n")
    columns = "{event_id: id, lead_id: lead, event_type: {column: type, default: Other}, occurred_at: at}"
    home.land(feed(tmp_path, "nulls: [none]\nnormalize: {event_type: lower}", columns=columns))
    assert home.ask("select event_type from raw.lead_events order by 1") == [("Other",), ("demo",)]


def test_rows_that_do_not_count_are_counted_as_filtered(home: LandingHome, tmp_path: Path) -> None:
    home.put(
        "in/contacts.csv",
        "id,lead,type,at,segment,is_deleted,Lead Status\n"
        "1,a,demo,2026-10-02,emea,false,Open\n"
        "2,b,demo,2026-10-02,emea,true,Open\n"
        "3,c,demo,2026-10-02,emea,false,Junk Lead\n"
        "4,test,demo,no date,emea,false,Internal test\n"
        "5,d,demo,no date,emea,,\n"
        "6,e,demo,2026-10-02,emea,false,Open,\n",
    )
    options = """\
where:
  - {column: is_deleted, not_values: [true]}
  - {column: Lead Status, not_values: [Junk Lead, Internal test]}"""
    report = home.land(feed(tmp_path, options))
    assert home.ask("select lead_id, attributes from raw.lead_events") == [
        ("a", '{"is_deleted":"false","Lead Status":"Open"}')
    ]
    assert [reject[0] for reject in home.rejects()] == [6, 7]
    counts = home.ask("select rows_read, rows_landed, rows_rejected, rows_filtered from raw.landed_files")
    assert counts == [(6, 1, 2, 3)]
    assert describe(report) == "1 new file (0 already landed), 1 row, 2 rejected, 3 filtered"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,deal,lead,stage,amount,currency,at,Pipeline\n"
         "1,d1,a,won,9,,2026-10-20,Renewals\n2,d2,b,won,1,,2026-10-20, Sales\n3,d3,c,won,1,,2026-10-20,\n"),
        ("a.jsonl", '{"id":1,"Pipeline":"Renewals"}\n'
         '{"id":2,"deal":"d2","lead":"b","currency":"","stage":"won","amount":1,"at":"2026-10-20","Pipeline":"Sales"}\n{"id":3}\n'),
    ],
)  # fmt: skip
def test_only_listed_values_count_in_every_format(home: LandingHome, tmp_path: Path, name: str, content: str) -> None:
    home.put(f"in/{name}", content)
    home.land(feed(tmp_path, "where: {column: Pipeline, values: [Sales]}", "deal_events"))
    assert home.ask("select deal_id, attributes from raw.deal_events") == [("d2", '{"Pipeline":"Sales"}')]
    assert home.ask("select rows_read, rows_filtered from raw.landed_files") == [(3, 2)]


def test_only_listed_values_count_in_parquet(home: LandingHome, tmp_path: Path) -> None:
    rows = "select 1 as id, 'd' as deal, 'l' as lead, 'won' as stage, 1 as amount, '' as currency, '2026-01-01' as at"
    home.copy_to("in/a.parquet", f"{rows}, true as gone union all {rows}, false as gone")
    home.land(feed(tmp_path, "where: {column: gone, not_values: [true]}", "deal_events"))
    assert home.ask("select attributes from raw.deal_events") == [('{"gone":false}',)]
    assert home.ask("select rows_read, rows_filtered from raw.landed_files") == [(2, 1)]


LEAVES_OUT = "(feed f): `where` leaves out all of its rows:"
CORRECT = "Correct `where` in feeds.yml if that is wrong."


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
@pytest.mark.parametrize("kind", ["deal_events", "deal_records"])
def test_a_condition_that_no_row_meets_is_a_warning_with_the_values_there_are(
    home: LandingHome, tmp_path: Path, name: str, kind: str
) -> None:
    columns = "id,deal,lead,stage,amount,currency,at,Status"
    rows = ["1,d,l,won,5,,2026-10-02,won", "2,d,l,won,5,,no day,won", "3,d,l,won,5,,2026-10-02,"]
    objects = [json.dumps(dict(zip(columns.split(","), row.split(","), strict=True))) for row in rows]
    texts = {"a.csv": "\n".join([columns, *rows, "broken"]), "a.jsonl": "\n".join([*objects, "broken"])}
    if name == "a.parquet":
        home.put("rows.csv", "\n".join([columns, *rows]))
        home.copy_to(f"in/{name}", f"from read_csv('{home.landing_dir / 'rows.csv'}', all_varchar = true)")
    else:
        home.put(f"in/{name}", texts[name])
    options = "where: {column: Status, values: [Won, Lost]}"
    if kind == "deal_records":
        options += "\nrecord_id: id\nevents: [{stage: stage, occurred_at: at}]"
    shared = "{deal_id: deal, lead_id: lead}" if kind == "deal_records" else None
    (landed,) = home.land(feed(tmp_path, options, kind, shared)).landed
    assert (landed.rows_landed, landed.rows_filtered) == (0, 3)
    assert landed.warnings == (
        f"in/{name} {LEAVES_OUT} Status must be Won or Lost; its commonest values are won (2 rows), none (1 row). "
        f"Did you mean won? Upper and lower case differ. {CORRECT}",
    )


def test_only_the_conditions_that_no_row_meets_are_named(home: LandingHome, tmp_path: Path) -> None:
    home.put(
        "in/a.csv",
        "id,lead,type,at,segment,kind,team\n1,a,demo,2026-10-02,,test,Sales\n2,a,demo,2026-10-02,,test,Ops\n",
    )
    conditions = "where: [{column: kind, not_values: [test]}, {column: team, values: [%s]}]"
    (landed,) = home.land(feed(tmp_path, conditions % "Sales")).landed
    assert landed.warnings == (
        f"in/a.csv {LEAVES_OUT} kind must not be test; its commonest values are test (2 rows). {CORRECT}",
    )
    home.put(
        "in/a.csv",
        "id,lead,type,at,segment,kind,team\n3,a,demo,2026-10-02,,test,Sales\n4,a,demo,2026-10-02,,real,Ops\n",
    )
    (landed,) = home.land(feed(tmp_path, conditions % "Sales")).landed
    assert landed.warnings == (
        f"in/a.csv {LEAVES_OUT} no row meets all of its conditions. kind must not be test; its commonest values are "
        "real (1 row), test (1 row). team must be Sales; its commonest values are Ops (1 row), Sales (1 row). "
        f"{CORRECT}",
    )


@pytest.mark.parametrize("row", ["2,b,demo,2026-10-02,,Won", "2,b,demo,no day,,Won"])
def test_a_condition_that_a_row_meets_is_no_warning_even_if_the_row_is_rejected(
    home: LandingHome, tmp_path: Path, row: str
) -> None:
    home.put("in/a.csv", f"id,lead,type,at,segment,Status\n1,a,demo,2026-10-02,,Lost\n{row}\n")
    (landed,) = home.land(feed(tmp_path, "where: {column: Status, values: [Won]}")).landed
    assert (landed.rows_filtered, landed.warnings) == (1, ())


def test_values_that_differ_in_case_only_from_those_of_a_condition_are_a_warning(
    home: LandingHome, tmp_path: Path
) -> None:
    home.put(
        "in/a.csv",
        "id,deal,lead,stage,amount,currency,at,Status,Gone\n"
        "1,d,l,won,5,,2026-10-02,won,True\n2,d,l,won,5,,2026-10-02,Won,false\n3,d,l,won,5,,2026-10-02,Test,\n",
    )
    where = "where:\n  - {column: Status, values: [Won, Test]}\n  - {column: Status, not_values: [test]}"
    (landed,) = home.land(feed(tmp_path, where, "deal_events")).landed
    differ = "upper and lower case differ. List it there as well if it means the same."
    place = "in/a.csv (feed f): its"
    expected = (
        f"{place} Status has won, which is not among the values of `where` in feeds.yml, Test, Won, test: {differ}"
    )
    assert (landed.rows_filtered, landed.warnings) == (1, (expected,))
    records = (
        'record_id: id\nwithdrawn: {column: Gone, values: ["true"]}\nevents:\n'
        "  - {stage: stage, occurred_at: at, when: {column: Status, values: [Won]}}"
    )
    (again,) = home.land(feed(tmp_path, records, "deal_records", "{deal_id: deal}")).landed_again
    assert again.warnings[:2] == (
        f"{place} Gone has True, which is not among the values of `withdrawn` in feeds.yml, true: {differ}",
        f"{place} Status has won, which is not among the values of `when` in feeds.yml, Won: {differ}",
    )


def test_a_condition_on_a_column_that_a_file_lacks_refuses_the_file(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", "id,lead,type,at,segment\n1,l,demo,2026-01-01,\n")
    report = home.land(feed(tmp_path, "where: {column: Pipeline, values: [Sales]}"))
    assert "it has no column Pipeline; its columns are id, lead" in report.refused[0].reason
    home.put("in/a.jsonl", '{"id":1,"lead":"l","type":"demo","at":"2026-01-01","segment":""}\n')
    report = home.land(feed(tmp_path, "where: {column: Pipeline, not_values: [Sales]}"))
    assert ["it has no column Pipeline; its columns are" in file.reason for file in report.refused] == [True, True]


def test_a_feed_without_options_is_read_by_the_same_sql_as_ever() -> None:
    source = map_columns(DEALS, {column.name: column.name for column in KINDS["deal_events"]}, {})
    plain = typed_select("deal_events", "UTC", source.source("rows", "null", "null", ()), ValueOptions())
    assert not [word for word in ("lambda", "strptime", "is_filtered", "converted", "is_number") if word in plain]
