"""Columns that are not in a header: paths into JSON, parts of a file's path, and names that occur twice."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome

DEAL = (
    '{"id":"9001","properties":{"dealstage":"closedwon","amount":"1200","closedate":"2026-10-05T00:00:00Z",'
    '"x.y":1.50},"associations":{"contacts":{"results":[{"id":"51"},{"id":"52"}]}}}'
)
COLUMNS = (
    "{event_id: id, deal_id: id, lead_id: associations.contacts.results.0.id, stage: properties.dealstage, "
    "amount: properties.amount, occurred_at: properties.closedate}"
)


@pytest.mark.parametrize(("name", "content"), [("a.jsonl", DEAL + "\n"), ("a.json", f"[\n{DEAL}\n]")])
def test_a_column_can_be_a_path_into_json(home: LandingHome, tmp_path: Path, name: str, content: str) -> None:
    home.put(f"in/{name}", content)
    options = "days: properties.closedate\nvalues: {stage: {closedwon: won}}"
    assert not home.land(feed(tmp_path, options, "deal_events", COLUMNS)).refused
    columns = "event_id, deal_id, lead_id, stage, amount, cast(occurred_date as varchar)"
    assert home.ask(f"select {columns} from raw.deal_events") == [
        ("9001", "9001", "51", "won", Decimal(1200), "2026-10-05")
    ]
    ((attributes,),) = home.ask("select attributes from raw.deal_events")
    assert attributes.startswith('{"properties":{"dealstage":"closedwon",')


def test_a_key_with_points_goes_before_a_path(home: LandingHome, tmp_path: Path) -> None:
    lines = [
        '{"id":1,"a.b":"key","a":{"b":"path"}}',
        '{"id":2,"a":{"b":"path"}}',
        '{"id":3,"a.b":null,"a":{"b":"path"}}',
        '{"id":4,"a":"text"}',
        '{"id":5,"a":{"b":1.50}}',
        '{"id":6,"a.b":2.50}',
        '{"id":7,"a.b":"x","a.b":"y"}',
        '{"id":8,"a":{"b":{"c":1}}}',
    ]
    home.put("in/a.jsonl", "\n".join(lines) + "\n")
    columns = "{event_id: id, lead_id: id, event_type: id, occurred_at: {constant: 2026-01-01}, segment: a.b}"
    home.land(feed(tmp_path, "", columns=columns))
    assert dict(home.ask("select event_id, segment from raw.lead_events")) == {
        "1": "key", "2": "path", "3": None, "4": None, "5": "1.50", "6": "2.50", "8": '{"c":1}',
    }  # fmt: skip
    assert [reject[:3] for reject in home.rejects()] == [
        (7, None, "has the key a.b more than once; rename one of them")
    ]


def test_rows_are_left_out_by_a_path(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.jsonl", DEAL + "\n" + DEAL.replace("closedwon", "test") + "\n")
    home.land(feed(tmp_path, "where: {column: properties.dealstage, not_values: [test]}", "deal_events", COLUMNS))
    assert home.ask("select rows_landed, rows_filtered from raw.landed_files") == [(1, 1)]


LEADS = "{event_id: id, lead_id: lead, event_type: type, occurred_at: at, segment: region}"
CSV = "id,lead,type,at\n1,a,demo,2026-11-02\n"
JSON = '{"id":1,"lead":"a","type":"demo","at":"2026-11-02"}\n'


@pytest.mark.parametrize(
    ("folder", "segment"),
    [
        ("region=emea/dt=2026-11-02", "emea"), ("dt=2026-11-02/region=North%20America", "North America"),
        ("region=__HIVE_DEFAULT_PARTITION__", None), ("region=a=b", "a=b"), ("region=", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("name", "content"), [("a.csv", CSV), ("a.jsonl", JSON), ("a.json", f"[{JSON}]")])
def test_a_part_of_the_path_is_a_column(
    home: LandingHome, tmp_path: Path, folder: str, segment: str | None, name: str, content: str
) -> None:
    home.put(f"in/{folder}/{name}", content)
    feeds = feed(tmp_path, "", columns=LEADS, files="in/**/*")
    assert not home.land(feeds).refused
    assert home.ask("select segment, attributes from raw.lead_events") == [(segment, None)]


def test_a_part_of_the_path_is_a_column_of_parquet(home: LandingHome, tmp_path: Path) -> None:
    home.copy_to("in/region=emea/a.parquet", "select 1 as id, 'a' as lead, 'demo' as type, date '2026-11-02' as at")
    home.land(feed(tmp_path, "where: {column: region, values: [emea]}", columns=LEADS, files="in/**/*"))
    assert home.ask("select segment, attributes from raw.lead_events") == [("emea", None)]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "id,lead,type,at,region\n1,a,demo,2026-11-02,own\n"),
     ("a.jsonl", JSON.replace("}", ',"region":"own"}'))],
)  # fmt: skip
def test_a_column_of_the_file_goes_before_a_part_of_its_path(
    home: LandingHome, tmp_path: Path, name: str, content: str
) -> None:
    home.put(f"in/region=emea/{name}", content)
    home.land(feed(tmp_path, "", columns=LEADS, files="in/**/*"))
    assert home.ask("select segment from raw.lead_events") == [("own",)]


def test_names_are_matched_after_trimming(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", '\ufeff id ,lead\u00a0,"type ",at, segment\n1,a,demo,2026-11-02,x\n')
    home.copy_to(
        "in/b.parquet", "select 2 as ' id', 'a' as 'lead ', 'demo' as type, date '2026-11-02' as at, 'x' as segment"
    )
    assert not home.land(feed(tmp_path, "")).refused
    assert home.ask("select event_id, segment from raw.lead_events order by 1") == [("1", "x"), ("2", "x")]


def test_a_name_that_occurs_twice_is_told_apart_by_its_position(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", "id,lead,type,at,Region,Region \n1,a,demo,2026-11-02,first,second\n")
    columns = "{event_id: id, lead_id: lead, event_type: type, occurred_at: at, segment: 'Region [2]'}"
    home.land(feed(tmp_path, "", columns=columns))
    found = home.ask("select segment, attributes from raw.lead_events")
    assert found == [("second", '{"Region [1]":"first"}')]
    home.put("in/b.csv", "id,lead,type,at,Region,Region \n2,a,demo,2026-11-02,first,second\n")
    report = home.land(feed(tmp_path, "", columns=columns.replace(" [2]", "")))
    assert (
        "names Region more than once. Rename the columns, or map Region [1] or Region [2]" in report.refused[0].reason
    )
