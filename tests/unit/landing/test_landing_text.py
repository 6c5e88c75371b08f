"""CSV and JSON Lines: which line is which row, what broken lines cost, and what stays of everything else."""

import gzip
import json
from decimal import Decimal

import pytest

from tests.support.landing_home import LEAD_HEADER, LEADS, LandingHome


def lines_of(home: LandingHome) -> list[tuple[int, str]]:
    return home.ask("select row_number, event_id from raw.lead_events order by row_number")


def test_row_numbers_are_physical_lines_also_after_quoted_line_breaks_and_blank_lines(home: LandingHome) -> None:
    home.land_leads('\n1,l,demo,2024-01-01,"a\nb\n\nc",,\n   \n2,l,demo,2024-01-01,,,\n\n\n3,l,demo,2024-01-01,,,')
    assert lines_of(home) == [(3, "1"), (8, "2"), (11, "3")]
    assert home.ask("select segment from raw.lead_events where event_id = '1'") == [("a\nb\n\nc",)]
    assert home.rejects() == []


def test_a_quote_that_is_never_closed_costs_one_line(home: LandingHome) -> None:
    rows = '1,l,demo,2024-01-01,,,\n2,"l,demo,2024-01-01,,,\n3,l,demo,2024-01-01,,,\n4,l,demo,2024-01-01,"x",,\n'
    home.land_leads(rows)
    assert lines_of(home) == [(2, "1"), (4, "3"), (5, "4")]
    reason = "has an open quote that does not end in a record of 7 columns"
    assert home.rejects() == [(3, None, reason, '2,"l,demo,2024-01-01,,,')]


def test_a_broken_record_over_several_lines_costs_the_line_it_begins_on(home: LandingHome) -> None:
    home.land_leads('1,l,demo,2024-01-01,"a\n2,l,demo,2024-01-01,b"c,,\n3,l,demo,2024-01-01,,,\n')
    assert lines_of(home) == [(3, "2"), (4, "3")]
    assert [line for line, *_ in home.rejects()] == [2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("9,l,demo,2024-01-01,,", "has 6 columns where the header has 7"),
        ("9,l,demo,2024-01-01,,,,", "has 8 columns where the header has 7"),
        ('9,l,"demo",2024-01-01,,,"a,b",', "has 8 columns where the header has 7"),
        ('9,"l"x,demo,2024-01-01,,,', "has text between a closing quote and the next comma"),
        ('9,"l" "x",demo,2024-01-01,,,', "has text between a closing quote and the next comma"),
        ("9,l,de\0mo,2024-01-01,,,", "contains a null byte"),
        ("nonsense", "has 1 columns where the header has 7"),
        ("😀" * 3_000_000, "is longer than 8,388,608 bytes"),
    ],
    ids=["few", "many", "many, quoted", "behind a quote", "two quoted", "null byte", "no CSV", "very long"],
)
def test_a_broken_line_is_rejected_with_its_text_and_the_rest_lands(home: LandingHome, row: str, reason: str) -> None:
    home.land_leads(f"1,l,demo,2024-01-01,,,\n{row}\n3,l,demo,2024-01-01,,,\n")
    assert lines_of(home) == [(2, "1"), (4, "3")]
    assert home.rejects() == [(3, None, reason, row)]


def test_a_long_line_within_bounds_lands_whole(home: LandingHome) -> None:
    home.land_leads(f"1,l,demo,2024-01-01,{'x' * 5_000_000},,\n2,l,demo,2024-01-01,,,\n")
    assert home.ask("select length(segment), row_number from raw.lead_events order by 2") == [(5_000_000, 2), (None, 3)]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_line_breaks_a_byte_order_mark_and_the_end_of_the_file_make_no_difference(
    home: LandingHome, line_break: str, mark: str, last: str
) -> None:
    text = LEAD_HEADER + '1,l,demo,2024-01-01,"n,""o""",,é😀\n2,l,demo,2024-01-01,,,' + last
    home.put("lead_events/a.csv", mark + text.replace("\n", line_break))
    home.land()
    found = home.ask("select row_number, event_id, segment, channel, attributes from raw.lead_events order by 1")
    assert found == [(2, "1", 'n,"o"', "é😀", None), (3, "2", None, None, None)]


def test_lines_that_end_differently_in_one_file_are_all_read(home: LandingHome) -> None:
    home.land_leads("1,l,demo,2024-01-01,,,\r\n2,l,demo,2024-01-01,a\rb,,\n3,l,demo,2024-01-01,,,\r\n")
    assert home.ask("select row_number, segment from raw.lead_events order by 1") == [(2, None), (3, "a\rb"), (4, None)]


def test_blanks_around_a_quoted_value_and_quotes_inside_a_plain_one_are_fine(home: LandingHome) -> None:
    home.land_leads('1, "l, 1" ,demo,2024-01-01,5" pipe,a""b,c"\n')
    assert home.ask("select lead_id, segment, landing_page, channel from raw.lead_events") == [
        ("l, 1", '5" pipe', 'a""b', 'c"')
    ]


@pytest.mark.parametrize("blanks", [" ", "  ", "     "])
@pytest.mark.parametrize("other", ["", '9,l,"demo\n",2024-01-01,,,\n'], ids=["alone", "beside a line break in quotes"])
def test_any_number_of_blanks_around_a_quoted_value_is_ignored(home: LandingHome, blanks: str, other: str) -> None:
    home.land_leads(f'{blanks}"1"{blanks},{blanks}"l",demo,2024-01-01,{blanks}"north",,\n{other}')
    assert home.ask("select lead_id, segment from raw.lead_events where event_id = '1'") == [("l", "north")]


def test_columns_may_come_in_any_order_and_unnamed_ones_are_kept_by_position(home: LandingHome) -> None:
    home.put(
        "lead_events/a.csv",
        ',occurred_at,"lead ""id""",event_type, lead_id ,event_id,\n'
        "0,2024-01-01,q,demo,l,e,last\n1,2024-01-01,,demo,l,f,\n",
    )
    home.land()
    assert home.ask("select event_id, attributes from raw.lead_events order by row_number") == [
        ("e", '{"column_1":"0","lead \\"id\\"":"q","column_7":"last"}'),
        ("f", '{"column_1":"1"}'),
    ]


def test_a_file_of_hundreds_of_columns_keeps_them_all(home: LandingHome) -> None:
    names = [f"property_{number}" for number in range(200)]
    values = [f" {number} " if number % 3 else "" for number in range(len(names))]
    row = "1,l,demo,2026-06-01T08:00:00Z,emea,/,ads"
    home.put("lead_events/wide.csv", f"{LEAD_HEADER.strip()},{','.join(names)}\n{row},{','.join(values)}\n")
    home.land(LEADS)
    ((attributes,),) = home.ask("select attributes from raw.lead_events")
    kept = {name: value.strip() for name, value in zip(names, values, strict=True) if value}
    assert json.loads(attributes) == kept
    assert home.ask("select current_setting('disabled_optimizers')") == [("",)]


def test_a_file_with_only_a_header_lands_without_rows(home: LandingHome) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER.strip())
    report = home.land()
    assert [(file.rows_read, file.rows_landed, file.rows_rejected) for file in report.landed] == [(0, 0, 0)]
    assert home.land().already_landed == 1


def test_packed_files_land_like_plain_ones_also_with_several_members(home: LandingHome) -> None:
    first, second = LEAD_HEADER + "1,l,demo,2024-01-01,,,\n", '2,l,demo,2024-01-01,"x\ny",,\n3,l,demo,,,,\n'
    home.put("lead_events/a.CSV.gz", gzip.compress(first.encode()) + gzip.compress(second.encode()))
    home.put("lead_events/b.csv.gz", gzip.compress((first + "4,l,demo,2024-01-01,,,\n").encode()))
    event = {"event_id": 5, "lead_id": "l", "event_type": "demo", "occurred_at": "2024-01-01"}
    home.put("lead_events/c.ndjson.gz", gzip.compress(json.dumps(event).encode()))
    assert not home.land().refused
    assert home.ask("select file_number, row_number, event_id from raw.lead_events order by 1, 2") == [
        (1, 2, "1"), (1, 3, "2"), (2, 2, "1"), (2, 3, "4"), (3, 1, "5"),
    ]  # fmt: skip
    assert home.rejects() == [(5, "occurred_at", "is required, but missing", "3,l,demo,,,,")]


def test_json_values_become_their_text_and_the_rest_is_kept_nested(home: LandingHome) -> None:
    home.put(
        "lead_events/a.jsonl",
        '{"event_id":12345678901234567890123,"lead_id":1.10,"event_type":true,"occurred_at":"2024-01-01",'
        '"segment":null,"channel":"a\\u00e9\\n","extra":{"n":[1,null,{"k":"v"}]}}\n'
        '\n{"event_id":"2","lead_id":"l","event_type":"demo","occurred_at":"2024-01-01T00:00Z","channel":{"a":[1]}}\n',
    )
    home.land()
    found = home.ask(
        "select row_number, event_id, lead_id, event_type, segment, channel, attributes from raw.lead_events order by 1"
    )
    assert found == [
        (1, "12345678901234567890123", "1.10", "true", None, "aé", '{"extra":{"n":[1,null,{"k":"v"}]}}'),
        (3, "2", "l", "demo", None, '{"a":[1]}', None),
    ]


@pytest.mark.parametrize("number", ["1234567890123456.78", "0.005", "1e2", "-1.005", "4503599627370496.5", "12"])
def test_a_json_number_keeps_every_digit_whatever_stands_around_it(home: LandingHome, number: str) -> None:
    home.put(
        "deal_events/a.jsonl",
        '{"note":"\\"amount\\": 7.5, x","c":":5.5","event_id":"e","deal_id":"d","stage":"won","z":{"amount":9.5},'
        f'"amount": {number},"occurred_at":"2024-01-01","w":[1.5,"2.5 \\\\"]}}  \n',
    )
    home.land()
    ((amount,),) = home.ask("select amount from raw.deal_events")
    assert amount == home.ask(f"select cast('{number}' as decimal(18, 2))")[0][0]
    assert isinstance(amount, Decimal)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"event_id": 1', "is not valid JSON"),
        ("[1, 2]", "is JSON, but not an object"),
        ('"text"', "is JSON, but not an object"),
        ("null", "is JSON, but not an object"),
        ('{"a": 1} {"b": 2}', "is not valid JSON"),
        ('{"a": 1,}', "is not valid JSON: NaN, infinity, or a comma before a closing bracket"),
        ('{"a": NaN, "b": "x, }"}', "is not valid JSON: NaN, infinity, or a comma before a closing bracket"),
        ('{"a": "\0"}', "contains a null byte"),
        ('{"event_id": "9", "lead_id": "l", "event_type": "demo"}', "is required, but missing"),
    ],
)  # fmt: skip
def test_a_broken_json_line_is_rejected_with_its_text_and_the_rest_lands(
    home: LandingHome, line: str, reason: str
) -> None:
    good = '{"event_id":"1","lead_id":"l","event_type":"demo","occurred_at":"2024-01-01","n":"NaN, ,]"}'
    home.put("lead_events/a.jsonl", f"\ufeff{good}\n{line}\n  \n{good}")
    home.land()
    assert [row for row, _ in lines_of(home)] == [1, 4]
    assert [(row, why, text) for row, _, why, text in home.rejects()] == [(2, reason, line)]
