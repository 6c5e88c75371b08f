"""The options of a feed in feeds.yml: how they are read, and the message about each mistake in them."""

from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.inputs.date_formats import parse_format
from lead_sla.inputs.feed_options import Condition, FileForm, ValueOptions
from lead_sla.inputs.feeds import load_feeds

FEED = """\
feeds:
  - name: crm
    kind: deal_events
    files: crm/*.csv
    columns:
      event_id: Id
      deal_id: Deal
      lead_id: Contact
      stage: Stage
      amount: Amount
      occurred_at: Closed
"""
FIRST_LINE = FEED.count("\n") + 1


def load(folder: Path, options: str, feed: str = FEED) -> tuple[FileForm, ValueOptions]:
    path = folder / "feeds.yml"
    path.write_text(feed + "".join(f"    {line}\n" for line in options.splitlines()), encoding="utf-8")
    (loaded,) = load_feeds(path)
    return loaded.form, loaded.options


def test_a_feed_without_options_has_none(tmp_path: Path) -> None:
    assert load(tmp_path, "") == (FileForm(), ValueOptions())


def test_every_option_is_read(tmp_path: Path) -> None:
    form, options = load(
        tmp_path,
        """\
delimiter: ";"
encoding: windows-1252
header_row: 3
footer: {ignore_after_blank_line: true}
sheet: Deals 2026
nulls: [NULL, null, ~, (No value), "-", NULL]
dates: ["%d/%m/%Y", unix_ms, excel]
days: [Closed]
decimal: ","
thousands: "."
where:
  - {column: Pipeline, values: Sales}
  - {column: Deleted, not_values: [true, "1"]}
first_of: {lead_id: "; "}
values: {stage: {Closed Won: won, NULL: open}}
normalize: {lead_id: [salesforce_id, lower], deal_id: integer}""",
    )
    assert form == FileForm(";", "cp1252", 3, True, "Deals 2026")
    assert options == ValueOptions(
        nulls=("NULL", "null", "~", "(No value)", "-"),
        dates=(parse_format("%d/%m/%Y"), "unix_ms", "excel"),
        days=("Closed",),
        decimal=",",
        thousands=".",
        where=(Condition("Pipeline", ("Sales",), False), Condition("Deleted", ("true", "1"), True)),
        first_of={"lead_id": "; "},
        values={"stage": {"Closed Won": "won", "NULL": "open"}},
        normalize={"lead_id": ("salesforce_id", "lower"), "deal_id": ("integer",)},
    )


@pytest.mark.parametrize(("option", "delimiter"), [('"\\t"', "\t"), ("tab", "\t"), ("'|'", "|")])
def test_a_delimiter_is_one_of_four(tmp_path: Path, option: str, delimiter: str) -> None:
    assert load(tmp_path, f"delimiter: {option}")[0].delimiter == delimiter


def test_a_sign_between_thousands_makes_a_point_the_decimal_sign(tmp_path: Path) -> None:
    options = load(tmp_path, "thousands: ' '")[1]
    assert (options.decimal, options.thousands) == (".", " ")


def test_a_canonical_feed_has_options_for_the_canonical_columns(tmp_path: Path) -> None:
    feed = "feeds:\n  - name: leads\n    kind: lead_events\n    files: x/*\n"
    options = load(tmp_path, "normalize: {lead_id: lower}\ndays: occurred_at", feed)[1]
    assert options == ValueOptions(days=("occurred_at",), normalize={"lead_id": ("lower",)})


MISTAKES = [
    ("delimiter: ':'", "delimiter ':' is not supported; use ',', ';', '|' or tab"),
    ("delimiter: [',']", "delimiter a list or mapping is not supported"),
    ("encoding: latin9000", "encoding 'latin9000' is unknown; use a name that Python knows, such as utf-8, utf-16"),
    ("encoding: windows-1525", "encoding 'windows-1525' is unknown (did you mean windows-1252?)"),
    ("encoding: rot13", "encoding 'rot13' is unknown"),
    ("header_row: 0", "header_row '0' is not the number of a line from 1 to 1000"),
    ("header_row: first", "header_row 'first' is not the number of a line"),
    ("footer: true", "footer must contain `key: value` lines; the keys are ignore_after_blank_line"),
    ("footer: {}", "footer is incomplete; write {ignore_after_blank_line: true}"),
    ("footer: {ignore_after_blank_line: yes}", "ignore_after_blank_line 'yes' is unknown; use one of true, false"),
    ("sheet: ''", "sheet is empty; give it a value or leave the line out"),
    ("nulls: []", "nulls is an empty list; list something or leave the line out"),
    ("nulls: ['']", "nulls is empty; empty values are missing without being listed"),
    ("nulls: [[a]]", "nulls must be a single value"),
    ("dates: [DD/MM/YYYY]", "dates: 'DD/MM/YYYY' cannot be used: it has no year; a year is written %Y or %y, as in"),
    ("dates: ['%d/%m']", "dates: '%d/%m' cannot be used: it has no year"),
    ("dates: ['%Y-%m']", "it has no day"),
    ("dates: ['%d/%m/%Y %y']", "%Y and %y exclude each other"),
    ("dates: ['%d/%m/%Y %d']", "%d is given twice; keep one"),
    ("dates: ['%d/%m/%Y %Q']", "%Q is not supported; use %Y, %y, %m,"),
    ("dates: ['%d/%m/%Y %']", "% is not supported; use"),
    ("dates: ['%d/%m/%Y %I:%M']", "an hour is %H, or %I together with %p for AM and PM"),
    ("dates: ['%d/%m/%Y %H:%M %p']", "an hour is %H, or %I together with %p"),
    ("dates: ['%d/%m/%Y %M']", "it has a part of a time without an hour"),
    ("dates: [unix_msec]", "dates: 'unix_msec' cannot be used (did you mean unix_ms?)"),
    ("days: [Amount]", "days: no timestamp is read from a column 'Amount'; columns that are: Closed"),
    ("days: [closed]", "days: no timestamp is read from a column 'closed' (did you mean Closed?)"),
    ("decimal: ;", 'decimal \';\' is not supported; use one of "." ",", in quotes'),
    ("decimal: [',']", "decimal a list or mapping is not supported"),
    ("thousands: '_'", "thousands '_' is not supported; use one of"),
    ("thousands: '.'", "thousands '.' is the decimal sign as well (default '.'); add `decimal: \",\"`"),
    ("decimal: ','\nthousands: ','", "thousands ',' is the decimal sign as well"),
    ("where: {column: Pipeline}", "where needs a column with either values or not_values"),
    ("where: {values: [x]}", "where needs a column with either values or not_values"),
    ("where: {column: a, values: [x], not_values: [y]}", "where needs a column with either values or not_values"),
    ("where: {column: a, value: [x]}", "where: 'value' is not a known key (did you mean values?)"),
    ("where: {column: a, values: []}", "where, values is an empty list"),
    ("where: Pipeline", "where must contain `key: value` lines; the keys are column, values, not_values"),
    (
        "first_of: ';'",
        "first_of must contain `column: ...` lines; columns with text are event_id, deal_id, lead_id, stage",
    ),
    ("first_of: {lead_id: ''}", 'first_of, lead_id must be the text between values, such as ";"'),
    (
        "first_of: {amount: ';'}",
        "first_of: the feed reads no text into a column 'amount'; columns with text are event_id, deal_id, lead_id",
    ),
    ("values: {stages: {a: b}}", "values: the feed reads no text into a column 'stages' (did you mean stage?)"),
    (
        "values: {currency: {a: b}}",
        "values: the feed reads no text into a column 'currency'; columns with text are event_id",
    ),
    ("values: {stage: {a: b}, stage: {c: d}}", "values: 'stage' is given twice; keep one"),
    ("values: {stage: won}", "values, stage must contain `word of the file: our word` lines"),
    ("values: {stage: {Won: won, Won: lost}}", "values, stage: 'Won' is given twice; keep one"),
    ("values: {stage: {Won: }}", "values, stage, Won is empty; give it a value"),
    (
        "normalize: {lead_id: [upper]}",
        "normalize, lead_id 'upper' is unknown; use one of lower, integer, salesforce_id",
    ),
    (
        "normalize: {lead_id: [lower, salesforce_id]}",
        "lower before salesforce_id would join different ids; write [sale",
    ),
    ("normalise: {lead_id: lower}", "'normalise' is not a known key (did you mean normalize?)"),
]


@pytest.mark.parametrize(("option", "message"), MISTAKES, ids=[option for option, _ in MISTAKES])
def test_a_mistake_is_reported_with_its_place_and_remedy(tmp_path: Path, option: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        load(tmp_path, option)
    last_line = FIRST_LINE + option.count("\n")
    feed = "a feed" if option.startswith("normalise") else "feed crm"
    assert str(raised.value).startswith(f"{tmp_path / 'feeds.yml'}, line {last_line}: {feed}: ")
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
