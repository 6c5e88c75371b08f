"""Scans a text file before it is read: whether it is UTF-8, and how many physical lines it has."""

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass
from typing import BinaryIO, cast

from lead_sla.landing.files import FileRefusedError, LandingFile

CHUNK_BYTES = 4 * 1024 * 1024
BLANKS_BETWEEN_QUOTES = re.compile(rb'" +"')  # "a" "b", which DuckDB reads as one value
UTF8_MARK = codecs.BOM_UTF8


@dataclass(frozen=True)
class TextFacts:
    """The facts by which the result of the fast reader is verified."""

    lines: int  # none if the file is empty but for a byte order mark
    delimiters: int
    has_quotes: bool
    has_unclear_quotes: bool  # which DuckDB reads differently than `records.py`
    is_regular: bool  # one kind of line break throughout, and no null byte


def open_text(file: LandingFile) -> BinaryIO:
    """Open the file's text as bytes, unpacked."""
    return cast(BinaryIO, gzip.open(file.location, "rb")) if file.is_gzip else file.location.open("rb")


def is_empty(file: LandingFile) -> bool:
    """Whether a file of any format has no bytes, or none but a byte order mark.

    Raises:
        OSError, EOFError, zlib.error: it cannot be read or unpacked.
    """
    if file.format == "parquet":
        return file.size_bytes == 0
    with open_text(file) as stream:
        return stream.read(len(UTF8_MARK) + 1) in (b"", UTF8_MARK)


def survey(file: LandingFile, delimiter: bytes) -> TextFacts:
    """Read the whole file once, in chunks; `delimiter` is one byte.

    Raises:
        FileRefusedError: it is not UTF-8, or not gzipped although its name ends in .gz.
        OSError: it cannot be read.
    """
    try:
        with open_text(file) as stream:
            return _survey(stream, delimiter)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileRefusedError(
            f"it cannot be unpacked ({error}). Copy it again, or remove .gz from its name if it is not gzipped."
        ) from error


def _survey(stream: BinaryIO, delimiter: bytes) -> TextFacts:
    decoder = codecs.getincrementaldecoder("utf-8")()
    # ,  "a": DuckDB ignores one blank before a quote, and takes the quote for text behind several.
    indented = re.compile(rb'[%b\n]  +"' % re.escape(delimiter))
    breaks = returns = pairs = delimiters = offset = 0
    has_null = has_quotes = has_unclear_quotes = False
    last = b""
    is_empty = True
    while chunk := stream.read(CHUNK_BYTES):
        is_empty = offset == 0 and chunk == UTF8_MARK
        _check_utf8(decoder, chunk, offset, breaks)
        breaks += chunk.count(b"\n")
        # Looking for a byte that is not there costs little, and counting it ten times as much.
        if b"\r" in chunk:
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n")
        pairs += last == b"\r" and chunk.startswith(b"\n")
        delimiters += chunk.count(delimiter)
        has_null = has_null or b"\0" in chunk
        if b'"' in chunk:
            has_quotes = True
            has_unclear_quotes = has_unclear_quotes or _has_unclear_quotes(chunk, last, indented)
        offset += len(chunk)
        last = chunk[-1:]
    _check_utf8(decoder, b"", offset, breaks, final=True)
    is_regular = not has_null and returns == pairs and pairs in (0, breaks)
    lines = 0 if is_empty else breaks + (last != b"\n")
    return TextFacts(lines, delimiters, has_quotes, has_unclear_quotes, is_regular)


def _has_unclear_quotes(chunk: bytes, last: bytes, indented: re.Pattern[bytes]) -> bool:
    """Whether there may be one. At the edge of two chunks, any blanks before a quote count."""
    return (
        (b'" ' in chunk and BLANKS_BETWEEN_QUOTES.search(chunk) is not None)
        or (b'  "' in chunk and indented.search(chunk) is not None)
        or ((last == b" " or chunk.startswith(b" ")) and chunk.lstrip(b" ").startswith(b'"'))
    )


def _check_utf8(
    decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, breaks: int, *, final: bool = False
) -> None:
    held = decoder.getstate()[0]
    if not held and chunk.isascii() and not final:
        return
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        line = breaks + error.object.count(b"\n", 0, error.start) + 1
        position = offset - len(held) + error.start + 1
        raise FileRefusedError(
            f"it is not UTF-8: line {line}, byte {position} of the file is 0x{error.object[error.start]:02X}. Declare "
            "its `encoding` for the feed in feeds.yml, such as windows-1252, or save it as UTF-8."
        ) from error
