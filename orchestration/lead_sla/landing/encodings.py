"""Writes files of another encoding again as UTF-8, line by line the same, for the readers."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.survey import CHUNK_BYTES, UTF8_MARK, open_text

SAVE_WITH_MARK = (
    "Save the file with a byte order mark (in Excel: CSV UTF-8), or if all files of the feed are UTF-8, remove "
    "`encoding` in feeds.yml. Take back what has landed with `lead-sla land --forget PATH`."
)
UNPACKING_ERRORS = (gzip.BadGzipFile, EOFError, zlib.error)
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
READ_AS_THEY_ARE = ("utf-8", "utf-8-sig", "ascii")
VALUE_BEYOND_ASCII = re.compile(r"""[^,;|\t"\r\n]*[^\x00-\x7f][^,;|\t"\r\n]*""")
SHOWN_CHARACTERS = 100
EVERY_BYTE = bytes(range(256))


def write_as_utf8(file: LandingFile, declared: str | None, copy: Path) -> bool:
    """Write the text to `copy` if it is not UTF-8; returns whether it was.

    A byte order mark tells the encoding, `declared` is that of files without one.

    Raises:
        FileRefusedError: the text is not in the encoding; names the line and the byte.
        OSError: it cannot be read, or the copy not be written.
    """
    try:
        with open_text(file) as stream:
            start = stream.read(len(UTF8_MARK))
            if start.startswith(UTF16_MARKS):
                encoding = "utf-16"
            elif start == UTF8_MARK or declared is None or declared in READ_AS_THEY_ARE:
                return False
            else:
                encoding = declared
            with copy.open("wb") as out:
                for text in _decode(stream, start, encoding):
                    out.write(text.encode())
    except FileRefusedError as refused:
        if _find_utf8(file):
            raise FileRefusedError(f"{refused} All of its text is valid UTF-8. {SAVE_WITH_MARK}") from refused
        raise
    except UNPACKING_ERRORS:
        return False  # the survey of the file itself says what is wrong
    return True


def find_misread_utf8(file: LandingFile, encoding: str) -> str | None:
    """A sentence about a file that is UTF-8 by all of its bytes, but read in an encoding of one byte a character.

    Any bytes are text in such an encoding, so nothing fails: each character beyond ASCII becomes several others.
    """
    has_one_byte_each = len(EVERY_BYTE.decode(encoding, errors="replace")) == len(EVERY_BYTE)
    found = _find_utf8(file) if has_one_byte_each else None
    if found is None:
        return None
    line, value = found
    return (
        f"all of its text is valid UTF-8, but read as {encoding}, which the feed declares: line {line} has "
        f"'{value.encode().decode(encoding, errors='replace')}' for '{value}'. {SAVE_WITH_MARK}"
    )


def _find_utf8(file: LandingFile) -> tuple[int, str] | None:
    """Line and text of the first value beyond ASCII of a file that is UTF-8; None if it is not, or has none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    found, line = None, 1
    with open_text(file) as stream:
        try:
            while piece := stream.readline(CHUNK_BYTES):
                value = VALUE_BEYOND_ASCII.search(decoder.decode(piece))
                if value and found is None:
                    found = (line, value[0].strip()[:SHOWN_CHARACTERS])
                line += piece.endswith(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return found


def _decode(stream: BinaryIO, start: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, chunk = 1, start
    while True:
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            raise FileRefusedError(_explain(error, encoding, lines)) from error
        yield text
        if not chunk:
            return
        lines += text.count("\n")
        chunk = stream.read(CHUNK_BYTES)


def _explain(error: UnicodeError, encoding: str, lines: int) -> str:
    remedy = "Declare its `encoding` for the feed in feeds.yml, or export it as UTF-8."
    if not isinstance(error, UnicodeDecodeError):
        return f"it is not {encoding}: {error}. {remedy}"
    line = lines + error.object[: error.start].decode(encoding, errors="ignore").count("\n")
    return f"it is not {encoding}: line {line} has the byte 0x{error.object[error.start]:02X}. {remedy}"
