"""What a scan of a text file finds, also where its chunks end in the middle of something."""

from pathlib import Path

import pytest

from lead_sla.landing import survey as surveying
from lead_sla.landing.files import identify
from lead_sla.landing.survey import TextFacts, survey


def scan(folder: Path, content: bytes) -> TextFacts:
    (folder / "a.csv").write_bytes(content)
    return survey(identify(folder, "a.csv"), b",")


@pytest.mark.parametrize(
    ("content", "is_unclear"),
    [
        (b'a,"b" "c"\n', True),
        (b'a,"b"   "c"\n', True),
        (b'a,  "b"\n', True),
        (b'a\n   "b",c\n', True),
        (b'a, "b" ,"c"\n', False),
        (b'a,"b ""c"" d"\n', False),
        (b'a,"b,""c"""\n', False),
        (b"a,  b\n", False),
    ],
)
def test_quotes_that_duckdb_reads_differently_are_found_wherever_a_chunk_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, is_unclear: bool
) -> None:
    assert scan(tmp_path, content).has_unclear_quotes == is_unclear
    for size in range(1, len(content)):
        monkeypatch.setattr(surveying, "CHUNK_BYTES", size)
        assert scan(tmp_path, content).has_unclear_quotes or not is_unclear, size


@pytest.mark.parametrize(
    ("content", "is_regular"),
    [
        (b"a,b\r\nc,d\r\n", True),
        (b"a,b\nc,d", True),
        (b"a,b\r\nc,d\n", False),
        (b"a,b\nc\r,d\n", False),
        (b"a,b\nc\0,d\n", False),
    ],
)
def test_line_breaks_are_counted_wherever_a_chunk_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, is_regular: bool
) -> None:
    for size in range(1, len(content) + 1):
        monkeypatch.setattr(surveying, "CHUNK_BYTES", size)
        facts = scan(tmp_path, content)
        assert (facts.is_regular, facts.lines, facts.delimiters) == (is_regular, 2, 2), size
