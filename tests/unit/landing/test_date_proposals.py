"""Which formats are proposed for timestamps that were rejected."""

import gzip
from datetime import datetime
from pathlib import Path

import pytest

from lead_sla.landing.date_proposals import propose_dates
from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome


@pytest.mark.parametrize(
    ("values", "option"),
    [
        (["25.11.2026 15:30", "02.11.2026 09:00"], '["%d.%m.%Y %H:%M"]'),
        (["02/11/2026", "11/25/2026"], '["%m/%d/%Y"]'),
        (["11/25/2026, 9:30 PM"], '["%m/%d/%Y, %I:%M %p"]'),
        (["11/25/26 9:30:05\u202fpm"], '["%m/%d/%y %I:%M:%S %p"]'),
        (["2026/11/02"], '["%Y/%m/%d"]'),
        (["20261102 09:30:00"], '["%Y%m%d %H:%M:%S"]'),
        (["2 Nov 2026 10:00:00.5 -0500"], '["%d %b %Y %H:%M:%S.%f %z"]'),
        (["November 2, 2026", "May 3, 2026"], '["%B %d, %Y"]'),
        (["25.11.2026", "26.11.2026 15:30", "27.11.2026"], '["%d.%m.%Y", "%d.%m.%Y %H:%M"]'),
        (["1427997766000"], "[unix_ms]"),
        (["1430438400.25", "1430438401"], "[unix]"),
        (["45992.5"], "[excel]"),
        (["2026-1-5", "2026-11-2"], '["%Y-%m-%d"]'),
        (["2/11/2026", "25/11/2026"], '["%d/%m/%Y"]'),
    ],
)
def test_formats_that_read_all_values_are_proposed(values: list[str], option: str) -> None:
    assert propose_dates(values) == f"Its values fit `dates: {option}` in feeds.yml."


def test_a_value_that_no_format_reads_does_not_hide_the_format_of_the_others() -> None:
    assert propose_dates(["soon", "25.11.2026", "26.11.2026"]) == (
        'Most of its values fit `dates: ["%d.%m.%Y"]` in feeds.yml.'
    )


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["soon"],
        ["31/31/2026"],
        ["soon", "25.11.2026"],
        ["2026-13-01"],
        ["2026-11-2"],
        ["2026/1/02 09:30"],
        ["2026112"],
        ["2026112", "202612"],
    ],
)
def test_nothing_is_proposed_where_no_format_reads_most_values(values: list[str]) -> None:
    assert propose_dates(values) is None


def test_day_and_month_are_said_to_be_ambiguous_where_no_day_is_above_12() -> None:
    assert propose_dates(["04/11/2026 09:30", "12/12/2026 10:00"]) == (
        'Its values fit `dates: ["%d/%m/%Y %H:%M"]` as well as `dates: ["%m/%d/%Y %H:%M"]` in feeds.yml: no day is '
        "above 12, so look up which it is."
    )


def test_a_file_with_rejected_timestamps_lands_with_the_proposal_in_its_warning(
    home: LandingHome, tmp_path: Path
) -> None:
    home.put("in/a.csv", "id,lead,type,at,segment\n1,l,demo,25.11.2026 15:30,\n2,l,demo,02.11.2026 09:00,\n")
    (landed,) = home.land(feed(tmp_path, "")).landed
    assert landed.reasons == (
        "2 rows, such as line 2: occurred_at '25.11.2026 15:30' is not an ISO 8601 date, or date and time. Its values "
        'fit `dates: ["%d.%m.%Y %H:%M"]` in feeds.yml.',
    )
    home.put("in/a.csv", "id,lead,type,at,segment\n1,l,demo,25.11.2026 15:30,\n2,l,demo,2/11/2026,\n")
    (again,) = home.land(feed(tmp_path, 'dates: ["%d.%m.%Y %H:%M"]')).landed
    assert again.reasons[0].endswith(
        'Its values fit `dates: ["%d/%m/%Y"]` as well as `dates: ["%m/%d/%Y"]` in feeds.yml: no day is above 12, so '
        "look up which it is."
    )


def test_a_rejected_moment_or_version_of_a_record_has_a_proposal_too(home: LandingHome, tmp_path: Path) -> None:
    (tmp_path / "feeds.yml").write_text("")
    options = "record_id: id\nversion: changed\nevents: [{event_type: {constant: demo}, occurred_at: made}]"
    records = feed(tmp_path, options, "lead_records", "{lead_id: id}")
    home.put("in/a.csv", "id,changed,made\n1,25.11.2026,\n2,,25/11/2026\n")
    (landed,) = home.land(records).landed
    assert [reason.partition("Its values fit ")[2] for reason in landed.reasons] == [
        '`dates: ["%d.%m.%Y"]` in feeds.yml.',
        '`dates: ["%d/%m/%Y"]` in feeds.yml.',
    ]


CUT_OFF = "; it is the last line and has no line end, so the file may be cut off"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16"])
def test_a_value_that_may_be_cut_off_is_said_to_be_and_has_no_proposal(
    home: LandingHome, tmp_path: Path, name: str, encoding: str
) -> None:
    days = ["25.11.2026", "26.11.2026", "27.11.20"]
    lines = [f"{number},ü,demo,,{day}" for number, day in enumerate(days)]
    text = "\n".join(["id,lead,type,segment,at", *lines])
    if name == "a.jsonl":
        objects = [
            f'{{"id":{number},"lead":"ü","type":"demo","segment":"","at":"{day}"}}' for number, day in enumerate(days)
        ]
        text = "\n".join(objects)
    content = text.encode(encoding)
    home.put(f"in/{name}", gzip.compress(content) if name.endswith(".gz") else content)
    options = "encoding: windows-1252" if encoding == "windows-1252" else ""
    (landed,) = home.land(feed(tmp_path, options)).landed
    line = 3 if name == "a.jsonl" else 4
    assert landed.reasons == (
        f"1 row, such as line {line}: occurred_at '27.11.20' is not an ISO 8601 date, or date and time{CUT_OFF}",
        f"2 rows, such as line {line - 2}: occurred_at '25.11.2026' is not an ISO 8601 date, or date and time. Its "
        'values fit `dates: ["%d.%m.%Y"]` in feeds.yml.',
    )
    assert [reject[2].endswith(CUT_OFF) for reject in home.rejects()] == [False, False, True]


@pytest.mark.parametrize(
    "end", ["2,l,demo,,2026-11-2\n", "2,l,demo,,2026-11-2\r\n", "2,l,demo,,2026-11-2\n3,l,demo,,2026-11-02"]
)
def test_a_line_with_a_line_end_and_one_before_the_last_are_not_cut_off(
    home: LandingHome, tmp_path: Path, end: str
) -> None:
    home.put("in/a.csv", f"id,lead,type,segment,at\n{end}")
    (landed,) = home.land(feed(tmp_path, "")).landed
    assert landed.reasons == (
        "1 row, such as line 2: occurred_at '2026-11-2' is not an ISO 8601 date, or date and time",
    )


def test_a_line_that_breaks_off_is_said_to_be_cut_off_besides_more_common_reasons(
    home: LandingHome, tmp_path: Path
) -> None:
    rows = "1,,demo,2026-11-02,\n" * 2 + "1,l,,2026-11-02,\n" * 2 + ",l,demo,2026-11-02,\n" * 2
    home.put("in/a.csv", f"id,lead,type,at,segment\n{rows}7,l,de")
    (landed,) = home.land(feed(tmp_path, "")).landed
    assert landed.reasons[0] == f"1 row, such as line 8: has 3 columns where the header has 5{CUT_OFF}: 7,l,de"


def test_a_version_that_no_row_has_is_said_once_with_the_remedy(home: LandingHome, tmp_path: Path) -> None:
    options = "record_id: id\nversion: Stage\nevents: [{event_type: {constant: demo}, occurred_at: made}]"
    records = feed(tmp_path, options, "lead_records", "{lead_id: id}")
    home.put("in/a.csv", "id,Stage,made\n1,Won,2026-11-02\n2,Lost,2026-11-02\n3,,2026-11-02\n")
    home.put("in/b.csv", "id,Stage,made\n1,Won,2026-11-02\n2,7,2026-11-02\n3,8,2026-11-02\n")
    most, one = home.land(records).landed
    reason = "such as line 2: Stage 'Won' is neither a number nor a timestamp"
    assert most.reasons == (
        f"2 rows, {reason}. `version` in feeds.yml must name a column with a timestamp or a number that grows with "
        "each change; name another column, or leave it out",
    )
    assert one.reasons == (f"1 row, {reason}",)


def test_what_is_proposed_reads_the_values(home: LandingHome, tmp_path: Path) -> None:
    option = (propose_dates(["25.11.2026 15:30"]) or "").split("`")[1]
    home.put("in/a.csv", "id,lead,type,at,segment\n1,l,demo,25.11.2026 15:30,\n")
    home.land(feed(tmp_path, option))
    assert home.ask("select occurred_at, occurred_date from raw.lead_events") == [
        (datetime(2026, 11, 25, 15, 30), None)
    ]
