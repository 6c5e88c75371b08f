"""Makes a copy of a file that the readers cannot read as it is: text in another encoding, and workbooks."""

from dataclasses import replace
from pathlib import Path

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.encodings import find_misread_utf8, write_as_utf8
from lead_sla.landing.files import LandingFile, is_array
from lead_sla.landing.spreadsheets import write_sheet

JSON_ENDINGS = (".json", ".json.gz")


def make_readable(feed: Feed, file: LandingFile, copy: Path) -> LandingFile:
    """The file, or if it needs one, its copy at `copy`; a row has the same number in both.

    Raises:
        FileRefusedError: it is not what its name or its feed says.
        OSError: it cannot be read, or the copy not be written.
    """
    if file.format == "xlsx":
        odd = write_sheet(feed, file, copy)
        return replace(file, location=copy, format="jsonl", warnings=odd)
    encoding = feed.form.encoding
    if file.format != "parquet" and write_as_utf8(file, encoding, copy):
        misread = find_misread_utf8(file, encoding) if encoding else None
        is_array_then = file.path.lower().endswith(JSON_ENDINGS) and is_array(copy, is_gzip=False)
        return replace(
            file,
            location=copy,
            is_gzip=False,
            format="json" if is_array_then else file.format,
            warnings=(misread,) if misread else (),
        )
    return file
