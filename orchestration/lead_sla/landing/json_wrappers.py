"""Finds the list with the rows in what APIs return: one JSON object around them, such as `{"results": [...]}`."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

STRING = r'"(?:[^"\\]++|\\.)*+"'
# The first list of objects in an object that is cut off, behind scalars and flat objects.
SKIPPED = rf'(?:{STRING}|[^"\[\]{{}},]++|\{{[^{{}}]*+\}})'
CUT_OFF = re.compile(rf"\{{\s*+(?:{STRING}\s*+:\s*+{SKIPPED}\s*+,\s*+)*+({STRING})\s*+:\s*+\[\s*+\{{")
KEY = re.compile(rf"({STRING})\s*:")
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MOST_DEEP = 3


def find_list(text: str, columns: Collection[str], *, is_cut_off: bool = False) -> list[str]:
    """The path of the list of objects in the first object of a text, if nothing that the feed reads is beside it.

    Another object that follows has to have the list as well: a file can hold several pages.
    """
    try:
        first, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return _find_cut_off(text, columns) if is_cut_off else []
    if not isinstance(first, dict) or _has_column(first, columns):
        return []
    path = _find_list(first, MOST_DEEP)
    rest = text[end:].lstrip()
    return path if path and (not rest or find_list(rest, columns) == path) else []


def jq_path(path: list[str]) -> str:
    """The path as jq writes it."""
    return "".join(f".{key}" if PLAIN.fullmatch(key) else f".[{json.dumps(key)}]" for key in path)


def _find_cut_off(text: str, columns: Collection[str]) -> list[str]:
    found = CUT_OFF.match(text)
    if not found or _has_column(dict.fromkeys(json.loads(key) for key in KEY.findall(text[: found.end()])), columns):
        return []
    return [json.loads(found[1])]


def _has_column(row: Mapping[str, Any], columns: Collection[str]) -> bool:
    return any(column in row or column.split(".")[0] in row for column in columns)


def _find_list(value: Mapping[str, Any], depth: int) -> list[str]:
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            return [key]
        if isinstance(inner, dict) and depth > 1 and (path := _find_list(inner, depth - 1)):
            return [key, *path]
    return []
