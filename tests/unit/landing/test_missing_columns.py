"""Files whose columns are there, but under other names than people see: the refusal says why."""

from pathlib import Path

import pytest

from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome

HEADER = "id,lead,type,at,segment\n"
ROW = "1,l,demo,2026-01-01,München\n"
QUOTE = '"'


@pytest.mark.parametrize(
    ("line", "delimiter", "options"),
    [
        ("sep=,", ",", ""), ("SEP=;", ";", 'delimiter: ";"'), ("sep=;", ";", ""), ("sep=\t", "\t", ""),
        ("sep=|", "|", 'delimiter: ";"'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_line_that_names_the_delimiter_to_excel_is_refused_with_what_to_declare(
    home: LandingHome, tmp_path: Path, line: str, delimiter: str, options: str, mark: str
) -> None:
    home.put("in/a.csv", mark + f"{line}\r\n" + (HEADER + ROW).replace(",", delimiter))
    declared = feed(tmp_path, options)
    written = "tab" if delimiter == "\t" else f'"{delimiter}"'
    more = "" if declared.form.delimiter == delimiter else f" and `delimiter: {written}`"
    assert home.land(declared).refused[0].reason == (
        f"its first line is `sep={written.strip(QUOTE)}`, which names the delimiter to Excel, and its columns are "
        f"named in the next line. Declare `header_row: 2`{more} for the feed in feeds.yml, or delete the line."
    )
    home.land(feed(tmp_path, f"header_row: 2\ndelimiter: {written}"))
    assert home.ask("select row_number, segment from raw.lead_events") == [(3, "München")]


def test_names_that_look_alike_are_shown_with_their_invisible_characters(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", "\ufeff\ufeff" + HEADER + ROW)
    home.put("in/b.csv", HEADER.replace("lead", "le\u200bad").replace("type", "ty\u00a0pe") + ROW)
    both, invisible = home.land(feed(tmp_path, "")).refused
    assert both.reason == (
        "it has no column id; its columns are \\ufeffid, lead, type, at, segment. It begins with two byte order marks, "
        "and the second, \\ufeff, is a part of its first name. Save it with one."
    )
    assert invisible.reason == (
        "it has no column lead, type; its columns are id, le\\u200bad, ty\\xa0pe, at, segment. Rename the column in "
        "the file, or correct its name under `columns` in feeds.yml."
    )


def test_a_name_that_is_utf8_under_another_declared_encoding_is_refused_as_such(
    home: LandingHome, tmp_path: Path
) -> None:
    home.put("in/a.csv", HEADER.replace("lead", "Größe") + ROW)
    columns = "{event_id: id, lead_id: Größe, event_type: type, occurred_at: at}"
    reason = home.land(feed(tmp_path, "encoding: latin-1", columns=columns)).refused[0].reason
    assert (
        "at, segment. Its names are UTF-8, but read as iso8859-1, which the feed declares. Save the file with" in reason
    )
