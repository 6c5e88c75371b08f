"""JSON: arrays land whole, JSON Lines line by line, and any other shape is refused with the way to write it."""

import gzip
import json

import pytest

from lead_sla.inputs.feeds import Feed, Source
from lead_sla.landing.records import MAX_RECORD_BYTES
from tests.support.landing_home import LEAD_HEADER, LandingHome

ONE = '{"event_id":"1","lead_id":1.10,"event_type":"demo","occurred_at":"2026-11-02","n":1.5}'
TWO = '{"event_id":"2","lead_id":"b","event_type":"demo","occurred_at":"2026-11-02"}'
INDENTED = json.dumps(json.loads(ONE), indent=2).replace("1.1,", "1.10,")


def landed(home: LandingHome) -> list[tuple[object, ...]]:
    return home.ask("select row_number, event_id, attributes from raw.lead_events order by file_number, row_number")


@pytest.mark.parametrize(
    "text",
    [
        f"[{ONE},{TWO}]",
        f"[\n{ONE},\n{TWO}\n]\n",
        f"\ufeff[ {ONE}\r\n, {TWO}\r\n]",
        f"[{INDENTED},{json.dumps(json.loads(TWO), indent=4)}]",
    ],
    ids=["one line", "an element per line", "commas first", "indented"],
)
@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_an_array_lands_whole_whatever_its_line_breaks(home: LandingHome, name: str, text: str) -> None:
    home.put(f"lead_events/{name}", gzip.compress(text.encode()) if name.endswith("gz") else text)
    report = home.land()
    assert (report.refused, report.landed[0].rows_landed) == ([], 2)
    assert landed(home) == [(1, "1", '{"n":1.5}'), (2, "2", None)]


def test_an_element_that_is_no_event_is_rejected_with_its_number_and_text(home: LandingHome) -> None:
    bad = ['{"event_id": "3",\n "lead_id": "a"}', "5", "null", '{"a":NaN}', "[1]", '{"a":"\\u0000"}']
    home.put("lead_events/a.json", f"[{ONE},{','.join(bad)},{TWO}]")
    home.land()
    assert [row for row, *_ in landed(home)] == [1, 8]
    assert home.rejects() == [
        (2, "event_type", "is required, but missing", bad[0]),
        (3, None, "is JSON, but not an object", "5"),
        (4, None, "is JSON, but not an object", "null"),
        (5, None, "is not valid JSON: NaN, infinity, or a comma before a closing bracket", '{"a":NaN}'),
        (6, None, "is JSON, but not an object", "[1]"),
        (7, None, "contains a null byte", '{"a":"\\u0000"}'),
    ]


PAGES = [
    ({"results": [json.loads(ONE)], "total": 1}, "results", ".results[]"),
    ({"paging": {"next": {"after": "5"}}, "odd name": [json.loads(ONE)]}, "odd name", '.["odd name"][]'),
    ({"data": {"contacts": {"nodes": [json.loads(ONE)]}}}, "data.contacts.nodes", ".data.contacts.nodes[]"),
]


@pytest.mark.parametrize(("page", "path", "jq"), PAGES, ids=["results", "odd name", "nested"])
@pytest.mark.parametrize(("pages", "indent"), [(1, None), (2, None), (1, 2), (2, 2)])
def test_an_object_with_the_rows_in_a_list_is_refused_with_the_way_to_write_lines(
    home: LandingHome, page: dict[str, object], path: str, jq: str, pages: int, indent: int | None
) -> None:
    home.put("lead_events/a.json", f"{json.dumps(page, indent=indent)}\n" * pages)
    home.put("lead_events/b.jsonl", f"{json.dumps(page, indent=indent)}\n\n" * pages)
    array, lines = home.land().refused
    assert array.reason == lines.reason
    assert array.reason == (
        f"it is a JSON object with the rows in its list {path}, not an object per line. Write them as JSON Lines, for "
        f"instance: jq -c '{jq}' old.json > new.jsonl"
    )


def test_a_list_of_rows_that_is_longer_than_a_record_is_refused_as_well(home: LandingHome) -> None:
    rows = ",".join([ONE] * (MAX_RECORD_BYTES // len(ONE)))
    home.put("lead_events/a.json", f'{{"paging": {{"after": "5"}}, "results": [{rows}], "total": 1}}')
    assert home.land().refused[0].reason.endswith("jq -c '.results[]' old.json > new.jsonl")


def test_an_object_with_what_the_feed_reads_lands_with_its_lists(home: LandingHome) -> None:
    long = json.dumps({"history": [{"note": "n" * 100}] * 20_000, **json.loads(ONE)})
    short = json.dumps({"history": [{"note": "n"}], **json.loads(TWO)})
    home.put("lead_events/a.jsonl", f"{long}\n{short}\n")
    home.put("lead_events/b.jsonl", f'{{"pages": [{{"a": 1}}]}}\n{ONE.replace("1", "3", 1)}\n')
    report = home.land()
    assert (report.refused, [file.rows_landed for file in report.landed]) == ([], [2, 1])


def test_an_empty_array_lands_without_rows(home: LandingHome) -> None:
    home.put("lead_events/a.json", "[\n]\n")
    assert home.land().landed[0].rows_read == 0


@pytest.mark.parametrize("text", [ONE, f"{ONE}\n{TWO}\n", f"\ufeff\n{ONE}\n{TWO}"])
def test_a_file_named_json_may_hold_an_object_per_line(home: LandingHome, text: str) -> None:
    home.put("lead_events/a.json", text)
    assert home.land().landed[0].rows_landed == text.count("event_id")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", f"[{ONE},{TWO}", "it is not a valid JSON array: element 3: unexpected character. Export it again."),
        ("a.json", f"[{ONE},,{TWO}]", "it is not a valid JSON array: element 2: input length is 0."),
        ("a.json", f"[{ONE}]\n[{TWO}]", "it is not a valid JSON array: element 3: unexpected character."),
        (
            "a.json",
            f'[{ONE},{{"a":"\\ud83d"}}]',
            "it is not a valid JSON array: element 2: no low surrogate in string.",
        ),
        ("a.json", f'[{ONE},{{"a":"\0"}}]', "it is not a valid JSON array: element 2: unexpected control character"),
        ("a.json", INDENTED, "its first JSON object takes several lines. Write one object per line, without commas"),
        ("a.jsonl", f"[\n{ONE},\n{TWO}\n]\n", "it is one JSON array, not an object per line. Give it the ending .json"),
        ("a.jsonl", f"\ufeff\n {INDENTED}\n", "its first JSON object takes several lines. Write one object per line"),
        ("a.jsonl", ONE + TWO, "its first line goes on behind a JSON object with '{'. Write one object per line"),
        ("a.ndjson", f"{ONE},\n{TWO}\n", "its first line goes on behind a JSON object with ','. Write one object per"),
    ],
)
def test_other_shapes_of_json_are_refused_with_the_way_to_write_them(
    home: LandingHome, name: str, text: str, reason: str
) -> None:
    home.put(f"lead_events/{name}", text)
    home.put("lead_events/good.csv", LEAD_HEADER + "1,l,demo,2024-01-01,,,\n")
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/good.csv"]
    assert report.refused[0].reason.startswith(reason)


SURROGATE = r"has half of a character, such as \ud83d without \ude00; write the whole character"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (r'"cut \ud83d"', SURROGATE),
        (r'"\ude00 \ud83d"', SURROGATE),
        (r'"x\u0000y"', "contains a null byte"),
        (r'"x\\\u0000y"', "contains a null byte"),
        (r'"\ud83d\ude00 \\u0000 \\ud83d"', None),
        ("'x'", "is not valid JSON"),
    ],
)
@pytest.mark.parametrize("key", ["segment", "note"])
def test_text_that_no_database_stores_is_rejected_like_in_csv(
    home: LandingHome, key: str, value: str, reason: str | None
) -> None:
    line = f'{TWO[:-1]},"{key}":{value}}}'
    home.put("lead_events/a.jsonl", f"{ONE}\n{line}\n")
    home.land()
    assert home.rejects() == ([(2, None, reason, line)] if reason else [])


def test_a_mapped_key_given_twice_is_rejected_and_any_other_is_kept(home: LandingHome) -> None:
    twice = f'{ONE[:-1]},"lead_id":"x"}}'
    nested = f'{TWO[:-1]},"note":1,"note":2,"o":{{"lead_id":1,"lead_id":2}}}}'
    home.put("lead_events/a.jsonl", f"{twice}\n{nested}\n")
    home.land()
    reason = "has the key lead_id more than once; rename one of them"
    assert home.rejects() == [(1, None, reason, twice)]
    assert landed(home) == [(2, "2", '{"note":1,"note":2,"o":{"lead_id":1,"lead_id":2}}')]


@pytest.mark.parametrize(("name", "text"), [("a.jsonl", '{"n":1}\n'), ("a.json", '[{"n":1}]')])
def test_a_feed_of_constants_reads_no_key(home: LandingHome, name: str, text: str) -> None:
    home.put(f"in/{name}", text)
    required = ("event_id", "lead_id", "event_type", "occurred_at")
    columns = {column: Source(constant="2024-01-01") for column in required}
    assert home.land(Feed("f", "lead_events", "in/*", columns=columns)).landed[0].rows_landed == 1
    assert landed(home) == [(1, "2024-01-01", '{"n":1}')]
