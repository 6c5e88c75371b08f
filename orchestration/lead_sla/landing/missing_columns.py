"""Explains why a file lacks columns of its feed, and what to do: often the header is there, but read in another way."""

import re
from collections.abc import Sequence

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.encodings import SAVE_WITH_MARK
from lead_sla.landing.files import FileRefusedError

OTHER_DELIMITERS = (";", "\t", "|", ",")
LINE_FOR_EXCEL = re.compile(r"sep=[,;|]?", re.IGNORECASE)  # a tab at its end is no part of the name
SECOND_NAME = "column_2"  # of a column without a name
MARK = "\ufeff"


class MissingColumnsError(FileRefusedError):
    """A file that lacks columns of its feed."""

    def __init__(self, feed: Feed, missing: Sequence[str], found: Sequence[str]) -> None:
        self.columns = missing
        shown = ", ".join(show_name(name) for name in found)
        super().__init__(
            f"it has no column {', '.join(missing)}; its columns are {shown}. {_find_remedy(feed, missing, found)}"
        )


def explain_missing(feed: Feed, missing: Sequence[str], found: Sequence[str]) -> FileRefusedError:
    """The error of a file that lacks columns, by the names that it was found to have."""
    if line := next((name for name in found if LINE_FOR_EXCEL.fullmatch(name)), None):
        return FileRefusedError(_explain_line_for_excel(feed, line, found))
    if delimiter := next((mark for mark in OTHER_DELIMITERS if len(found) == 1 and mark in found[0]), None):
        return FileRefusedError(
            f"its columns are separated by {delimiter!r}. Declare `delimiter: {_write_delimiter(delimiter)}` for the "
            "feed in feeds.yml."
        )
    return MissingColumnsError(feed, missing, found)


def _explain_line_for_excel(feed: Feed, line: str, found: Sequence[str]) -> str:
    is_split = SECOND_NAME in found
    delimiter = feed.form.delimiter if is_split else line.partition("=")[2] or "\t"
    option = "" if is_split else f" and `delimiter: {_write_delimiter(delimiter)}`"
    sign = _write_delimiter(delimiter).strip('"')
    return (
        f"its first line is `sep={sign}`, which names the delimiter to Excel, and its columns are named in the next "
        f"line. Declare `header_row: 2`{option} for the feed in feeds.yml, or delete the line."
    )


def _write_delimiter(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else f'"{delimiter}"'


def show_name(name: str) -> str:
    """A name with its invisible characters as escapes, without which it could look like the one that is missing."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)


def _find_remedy(feed: Feed, missing: Sequence[str], found: Sequence[str]) -> str:
    if any(name.startswith(MARK) for name in found):
        return (
            "It begins with two byte order marks, and the second, \\ufeff, is a part of its first name. Save it with "
            "one."
        )
    encoding = feed.form.encoding
    if encoding and any(name.encode().decode(encoding, errors="replace") in found for name in missing):
        return f"Its names are UTF-8, but read as {encoding}, which the feed declares. {SAVE_WITH_MARK}"
    keys = dict.fromkeys(key for name in missing for key in _keys_that_name(feed, name))
    correct = f"correct its name under {' and '.join(keys)}" if keys else "map it under `columns`"
    return f"Rename the column in the file, or {correct} in feeds.yml."


def _keys_that_name(feed: Feed, name: str) -> list[str]:
    """The keys of the feed under which the name of a column of the file stands."""
    form = feed.records
    named = {"columns": [source.column for source in (feed.columns or {}).values()]}
    if form:
        named |= {"record_id": [form.record_id], "version": [form.version]}
        named["withdrawn"] = [one.column for one in form.withdrawn]
        named["events"] = [column for entry in form.entries for column in entry.columns]
    named["where"] = [one.column for one in feed.options.where]
    return [f"`{key}`" for key, columns in named.items() if name in columns]
