"""Parquet: its types become the same stored values as text would."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lead_sla.inputs.feeds import Feed, Source
from tests.support.landing_home import DEALS, LandingHome

FILES = Path(__file__).parent / "files"

LEAD = "'e' as event_id, 'l' as lead_id, 'demo' as event_type"


def test_a_date_is_a_day_a_timestamp_has_no_zone_and_a_zoned_one_is_a_moment(home: LandingHome) -> None:
    home.connection.execute("set TimeZone = 'America/New_York'")
    for name, value in {
        "a": "date '2024-01-01'",
        "b": "timestamp '2024-01-01 12:00:00.5'",
        "c": "timestamptz '2024-01-01 12:00:00+02'",
        "d": "timestamp_ns '2024-01-01 12:00:00.123456789'",
        "e": "'2024-01-01T12:00+01:00'",
    }.items():
        home.copy_to(f"lead_events/{name}.parquet", f"select {LEAD}, {value} as occurred_at")
    assert not home.land().refused
    assert home.ask("select occurred_at, occurred_date from raw.lead_events order by file_number") == [
        (None, date(2024, 1, 1)),
        (datetime(2024, 1, 1, 12, 0, 0, 500000), None),
        (datetime(2024, 1, 1, 10), None),
        (datetime(2024, 1, 1, 12, 0, 0, 123456), None),
        (datetime(2024, 1, 1, 11), None),
    ]


def test_numbers_of_every_kind_become_amounts_and_ids(home: LandingHome) -> None:
    values = [
        "1.005::double",
        "0.1::float",
        "12",
        "1234567890123456.78::decimal(18,2)",
        "1e20::double",
        "'nan'::double",
    ]
    for number, value in enumerate(values):
        home.copy_to(
            f"deal_events/{number}.parquet",
            f"select {number} as event_id, 'd' as deal_id, 'won' as stage, {value} as amount, "
            "timestamp '2024-01-01' as occurred_at",
        )
    home.land(DEALS)
    assert home.ask("select event_id, amount from raw.deal_events order by file_number") == [
        ("0", Decimal("1.01")),
        ("1", Decimal("0.10")),
        ("2", Decimal("12.00")),
        ("3", Decimal("1234567890123456.78")),
    ]
    assert [(line, column) for line, column, *_ in home.rejects()] == [(1, "amount"), (1, "amount")]


def test_row_numbers_are_record_numbers_and_a_rejected_record_is_kept_as_json(home: LandingHome) -> None:
    home.copy_to(
        "lead_events/a.parquet",
        "select 'e' || n as event_id, case when n <> 3 then 'l' end as lead_id, 'demo' as event_type, "
        "date '2024-01-01' as occurred_at from range(1, 5) as numbers(n)",
    )
    home.land()
    assert home.ask("select row_number, event_id from raw.lead_events order by 1") == [(1, "e1"), (2, "e2"), (4, "e4")]
    text = '{"event_id":"e3","lead_id":null,"event_type":"demo","occurred_at":"2024-01-01"}'
    assert home.rejects() == [(3, "lead_id", "is required, but missing", text)]


def test_unmapped_columns_are_kept_with_their_types_and_untyped_text_is_text(home: LandingHome) -> None:
    home.copy_to(
        "lead_events/a.parquet",
        "select encode('é1') as event_id, 'l' as lead_id, 'demo' as event_type, date '2024-01-01' as occurred_at, "
        "[1, 2] as list, {'a': 'x'} as \"struct \"\"s\", null as nothing, 1.5 as number",
    )
    home.land()
    ((event_id, attributes),) = home.ask("select event_id, attributes from raw.lead_events")
    assert event_id == "é1"
    assert attributes == '{"list":[1,2],"struct \\"s":{"a":"x"},"number":1.5}'


def test_a_damaged_file_is_refused_and_the_others_land(home: LandingHome) -> None:
    good = home.copy_to("lead_events/b.parquet", f"select {LEAD}, date '2024-01-01' as occurred_at")
    home.put("lead_events/a.parquet", good.read_bytes()[:-20])
    home.put("lead_events/c.parquet", "not parquet")
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/b.parquet"]
    assert [file.path[-9:] for file in report.refused] == ["a.parquet", "c.parquet"]
    assert {file.reason for file in report.refused} == {
        "it cannot be read as Parquet: it is damaged, incomplete or of another format. Export or copy it again."
    }


def test_a_file_without_a_required_column_is_refused(home: LandingHome) -> None:
    home.copy_to("lead_events/a.parquet", f"select {LEAD}")
    (refused,) = home.land().refused
    assert refused.reason.startswith("it has no column occurred_at; its columns are event_id, lead_id, event_type.")


@pytest.mark.parametrize(("name", "digits"), [("d39_2", "39, 2"), ("d60_9", "60, 9")])
def test_a_decimal_of_more_digits_than_duckdb_keeps_is_refused_by_name(
    home: LandingHome, name: str, digits: str
) -> None:
    home.put("crm/a.parquet", (FILES / f"{name}.parquet").read_bytes())
    columns = {"event_id": "id", "deal_id": "deal", "stage": "stage", "occurred_at": "at", "amount": "amount"}
    feed = Feed("crm", "deal_events", "crm/*", columns={name: Source(column) for name, column in columns.items()})
    (refused,) = home.land(feed).refused
    assert refused.reason == (
        f"its column amount is a decimal({digits}), of which DuckDB would lose digits. Export it with at most 38 "
        "digits, such as decimal(38, 2), or as text."
    )


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_column_given_twice_is_kept_unless_the_feed_reads_it(home: LandingHome, name: str) -> None:
    if name == "a.csv":
        home.put("crm/a.csv", "id,at,Note,box,Note\n1,2024-01-01,x,,y\n")
    else:
        path = home.copy_to(
            f"crm/{name}",
            "select '1' as id, '2024-01-01' as at, 'x' as \"Note\", null::struct(c int, d struct(e int)) as box, "
            "'y' as \"Noty\"",
        )
        path.write_bytes(path.read_bytes().replace(b"Noty", b"Note"))
    columns = {"event_id": Source("id"), "lead_id": Source("id"), "event_type": Source(constant="demo")}
    columns |= {"occurred_at": Source("at")}
    (refused,) = home.land(Feed("crm", "lead_events", "crm/*", columns={**columns, "segment": Source("Note")})).refused
    assert refused.reason == (
        "it names Note more than once. Rename the columns, or map Note [1] or Note [2] in feeds.yml, under `columns`."
    )
    home.land(Feed("crm", "lead_events", "crm/*", columns={**columns, "segment": Source("Note [2]")}))
    assert home.ask("select segment, attributes from raw.lead_events") == [("y", '{"Note [1]":"x"}')]
