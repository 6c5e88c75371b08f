"""Text files with other delimiters, encodings, headers and footers than the canonical ones."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome

HEADER = "id,lead,type,at,segment\n"
ROW = "1,l,demo,2026-01-01,München\n"


def landed(home: LandingHome) -> list[tuple[object, ...]]:
    return home.ask("select row_number, event_id, segment from raw.lead_events order by file_number, row_number")


@pytest.mark.parametrize(("option", "mark"), [('";"', ";"), ("tab", "\t"), ('"|"', "|")])
def test_fields_are_separated_by_the_declared_delimiter(
    home: LandingHome, tmp_path: Path, option: str, mark: str
) -> None:
    rows = (
        f'1,l,demo,2026-01-01,"a{mark}b"\n2,l,demo,2026-01-01,"c\nd"\n3,l,demo,2026-01-01\n4,l,demo,2026-01-01,"x" y\n'
    )
    lines = (HEADER + rows).replace(",", mark)
    home.put("in/a.csv", lines)
    home.put("in/b.csv", (HEADER + '5,l,demo,2026-01-01,"x,y"\n').replace(",", mark).replace(f"x{mark}y", "x,y"))
    assert not home.land(feed(tmp_path, f"delimiter: {option}")).refused
    assert landed(home) == [(2, "1", f"a{mark}b"), (3, "2", "c\nd"), (2, "5", "x,y")]
    name = {";": "semicolon", "\t": "tab", "|": "vertical bar"}[mark]
    assert home.rejects() == [
        (5, None, "has 4 columns where the header has 5", f"3{mark}l{mark}demo{mark}2026-01-01"),
        (
            6,
            None,
            f"has text between a closing quote and the next {name}",
            f'4{mark}l{mark}demo{mark}2026-01-01{mark}"x" y',
        ),
    ]


def test_a_file_with_another_delimiter_than_declared_is_refused(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", HEADER + ROW)
    report = home.land(feed(tmp_path, 'delimiter: ";"'))
    assert report.refused[0].reason == (
        "its columns are separated by ','. Declare `delimiter: \",\"` for the feed in feeds.yml."
    )


@pytest.mark.parametrize(
    ("encoding", "options"),
    [
        ("windows-1252", "encoding: windows-1252"), ("utf-16", ""), ("utf-16", "encoding: windows-1252"),
        ("utf-8-sig", ""),
        ("utf-8-sig", "encoding: windows-1252"), ("utf-16-le", "encoding: utf-16-le"),
        ("mac-roman", "encoding: macintosh"),
        ("utf-8", "encoding: UTF-8"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_gzip", [False, True])
def test_text_is_read_in_its_encoding(
    home: LandingHome, tmp_path: Path, encoding: str, options: str, is_gzip: bool
) -> None:
    rows = ROW + '2,l,demo,2026-01-01,"ä\r\nö"\n\n3,l,démo,no day,x\n'
    content = (HEADER + rows).encode(encoding)
    home.put("in/a.csv.gz" if is_gzip else "in/a.csv", gzip.compress(content) if is_gzip else content)
    assert not home.land(feed(tmp_path, options)).refused
    assert landed(home) == [(2, "1", "München"), (3, "2", "ä\r\nö")]
    ((line, _, _, text),) = home.rejects()
    assert (line, text) == (6, "3,l,démo,no day,x")
    assert list((home.raw_dir / ".unfinished").iterdir()) == []


def test_json_lines_are_read_in_their_encoding(home: LandingHome, tmp_path: Path) -> None:
    line = '{"id":1,"lead":"l","type":"demo","at":"2026-01-01","segment":"München"}\n'
    home.put("in/a.jsonl", line.encode("windows-1252"))
    home.land(feed(tmp_path, "encoding: windows-1252"))
    assert landed(home) == [(1, "1", "München")]


def test_a_json_array_is_read_in_its_encoding(home: LandingHome, tmp_path: Path) -> None:
    text = '[{"id":1,"lead":"l","type":"demo","at":"2026-01-01","segment":"München"},\n{"id":2,"at":"no day"}]'
    home.put("in/a.json", text.encode("utf-16"))
    assert not home.land(feed(tmp_path, "")).refused
    assert landed(home) == [(1, "1", "München")]
    assert [(reject[0], reject[3]) for reject in home.rejects()] == [(2, '{"id":2,"at":"no day"}')]


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (
            (HEADER + ROW).encode() + b"2,\x81\n",
            "encoding: windows-1252",
            "it is not cp1252: line 3 has the byte 0x81.",
        ),
        ((HEADER + ROW).encode("utf-16") + b"\x00\xd8\n\x00", "", "it is not utf-16: line 3 has the byte 0x00."),
        ((HEADER + ROW).encode("utf-16") + b"\n", "", "it is not utf-16: line 3 has the byte 0x0A."),
        ((HEADER + ROW).encode("windows-1252"), "", "it is not UTF-8: line 2, byte 46 of the file is 0xFC."),
    ],
)
def test_text_in_another_encoding_is_refused_with_its_line(
    home: LandingHome, tmp_path: Path, content: bytes, options: str, reason: str
) -> None:
    home.put("in/a.csv", content)
    found = home.land(feed(tmp_path, options)).refused[0].reason
    assert found.startswith(reason)
    assert "`encoding`" in found


MISREAD = (
    "Save the file with a byte order mark (in Excel: CSV UTF-8), or if all files of the feed are UTF-8, remove "
    "`encoding` in feeds.yml. Take back what has landed with `lead-sla land --forget PATH`."
)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.json"])
@pytest.mark.parametrize("encoding", ["windows-1252", "latin-1", "cp1250"])
def test_utf8_under_another_declared_encoding_lands_with_a_warning(
    home: LandingHome, tmp_path: Path, name: str, encoding: str
) -> None:
    objects = [
        f'{{"id": {number}, "lead": "{lead}", "type": "demo", "at": "2026-01-01", "segment": "x"}}'
        for number, lead in ((1, "a"), (2, "kü1"))
    ]
    texts = {
        "a.jsonl": "\n".join(objects),
        "a.json": "[\n" + ",\n".join(objects) + "]",
        "a.csv": f"{HEADER}1,a,demo,2026-01-01,x\n2,kü1,demo,2026-01-01,x\n",
    }
    content = texts[name.removesuffix(".gz")].encode()
    home.put(f"in/{name}", gzip.compress(content) if name.endswith(".gz") else content)
    declared = feed(tmp_path, f"encoding: {encoding}")
    (landed_file,) = home.land(declared).landed
    misread = "kü1".encode().decode(encoding)
    assert home.ask("select lead_id from raw.lead_events order by row_number") == [("a",), (misread,)]
    line = 2 if name == "a.jsonl" else 3
    assert landed_file.warnings == (
        f"in/{name} (feed f): all of its text is valid UTF-8, but read as {declared.form.encoding}, which the feed "
        f"declares: line {line} has '{misread}' for 'kü1'. {MISREAD}",
    )


@pytest.mark.parametrize(
    "content",
    [(HEADER + ROW).encode("windows-1252"), b"\xef\xbb\xbf" + (HEADER + ROW).encode(),
     (HEADER + ROW).replace("ü", "u").encode(), (HEADER + ROW).encode() + "2,l,demo,2026-01-01,ö\n".encode("cp1252")],
    ids=["windows-1252", "utf-8 with a mark", "ascii", "both"],
)  # fmt: skip
def test_text_that_is_in_its_declared_encoding_lands_without_a_warning(
    home: LandingHome, tmp_path: Path, content: bytes
) -> None:
    home.put("in/a.csv", content)
    assert home.land(feed(tmp_path, "encoding: windows-1252")).landed[0].warnings == ()


def test_utf8_that_its_declared_encoding_cannot_be_is_refused_as_utf8(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", f"{HEADER}1,l,demo,2026-01-01,Álava\n".encode())
    reason = home.land(feed(tmp_path, "encoding: windows-1252")).refused[0].reason
    assert reason.endswith(f"All of its text is valid UTF-8. {MISREAD}")


def test_the_names_stand_in_the_declared_line(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", f'"Report, as of ""today"""\nby Ada,,\n{HEADER}{ROW}2,l,demo,no day,x\n')
    home.land(feed(tmp_path, "header_row: 3"))
    assert landed(home) == [(4, "1", "München")]
    assert [reject[0] for reject in home.rejects()] == [5]


def test_a_file_that_ends_before_its_header_is_refused(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", HEADER + ROW)
    assert "it has no header. Put the column names into the first line, or declare their line" in (
        home.land(feed(tmp_path, "header_row: 3")).refused[0].reason
    )


@pytest.mark.parametrize("blank", ["\n", ",,,,\n", '"","",,,\r\n', "  \n"])
def test_what_follows_a_blank_line_is_a_footer_if_declared(home: LandingHome, tmp_path: Path, blank: str) -> None:
    rows = f'{ROW}2,l,demo,2026-01-01,"a\n\nb"\n'
    home.put("in/a.csv", f'{HEADER}{rows}{blank}"Copyright (c) a company"\n3,l,demo,2026-01-01,x\n')
    home.land(feed(tmp_path, "footer: {ignore_after_blank_line: true}"))
    assert landed(home) == [(2, "1", "München"), (3, "2", "a\n\nb")]
    assert home.ask("select rows_read, rows_rejected from raw.landed_files") == [(2, 0)]


FOOTER = "footer: {ignore_after_blank_line: true}"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            f'{HEADER}{ROW}\n2,l,demo,2026-01-02,\n3,l,demo,2026-01-03,\n\n"Copyright (c), a company"\n',
            None,
        ),
        (
            f"{HEADER}1,l,demo,2026-01-01,\n\n2,l,demo,2026-01-02,\n3,l,demo,2026-01-03,x\n\nCopyright,,,,\n",
            "blank line 3, because the feed declares a `footer`, but behind it 2 rows with as many values did not "
            "land, the first on line 4: 2, l, demo, 2026-01-02.",
        ),
        (
            f"{HEADER}\n{ROW}",
            "blank line 2, because the feed declares a `footer`, but behind it 1 row with as many values did not land, "
            "the first on line 3: 1, l, demo, 2026-01-01, München.",
        ),
        (f"{HEADER}{ROW}\nTotal,,,,1\nCopyright (c) a company\nby Ada,Bo\n", None),
        (f"{HEADER}{ROW}broken\n\nCopyright (c) a company\n", None),
    ],
    ids=["with fewer values", "rows", "all rows", "notices", "a broken row"],
)
def test_rows_behind_the_blank_line_of_a_footer_are_a_warning(
    home: LandingHome, tmp_path: Path, text: str, warning: str | None
) -> None:
    home.put("in/a.csv", text)
    (landed_file,) = home.land(feed(tmp_path, FOOTER)).landed
    expected = f"in/a.csv (feed f): its data ends at the {warning} Remove the blank line if that is data."
    assert landed_file.warnings == ((expected,) if warning else ())


def test_without_a_declared_footer_its_lines_are_rows(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", f'{HEADER}{ROW}\n"Copyright (c) a company"\n')
    home.land(feed(tmp_path, ""))
    assert [reject[0] for reject in home.rejects()] == [4]


def test_a_european_export_lands_with_all_its_options(home: LandingHome, tmp_path: Path) -> None:
    text = "Bericht\r\n\r\nid;lead;type;at;segment\r\n1;l;demo;21.06.2024;Zürich\r\n\r\nStand: 22.06.2024\r\n"
    home.put("in/a.csv", text.encode("windows-1252"))
    options = 'delimiter: ";"\nencoding: windows-1252\nheader_row: 3\nfooter: {ignore_after_blank_line: true}\n'
    home.land(feed(tmp_path, options + 'dates: "%d.%m.%Y"'))
    assert home.ask("select row_number, occurred_date, segment from raw.lead_events") == [
        (4, date(2024, 6, 21), "Zürich")
    ]
    assert home.rejects() == []
