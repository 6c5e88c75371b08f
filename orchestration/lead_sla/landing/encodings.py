"""Writes files of another encoding again as UTF-8, line by line the same, for the readers."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.survey import CHUNK_BYTES, UTF8_MARK, open_text

UNPACKING_ERRORS = (gzip.BadGzipFile, EOFError, zlib.error)
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
READ_AS_THEY_ARE = ("utf-8", "utf-8-sig", "ascii")


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
    except UNPACKING_ERRORS:
        return False  # the survey of the file itself says what is wrong
    return True


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
