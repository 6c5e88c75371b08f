"""JSON Lines: refuses other shapes of JSON, and parses lines with SQL into the columns of a feed and the rest."""

import json
from collections.abc import Collection, Sequence

from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.json_wrappers import find_list, jq_path
from lead_sla.landing.records import MAX_RECORD_BYTES
from lead_sla.landing.survey import UTF8_MARK, open_text
from lead_sla.sql import literal

BLANK = "is blank"
FIRST_OBJECT_BYTES = 1024 * 1024
ONE_PER_LINE = "Write one object per line, without commas between lines, for instance: jq -c . old > new"

STRING = r'"(?:[^"\\]|\\.)*"'
# What DuckDB's parser accepts although it is not valid JSON: NaN, infinity, and a comma before a closing bracket.
LENIENCIES = r"(?i)nan|inf|,\s*[}\]]"
# A character beyond 16 bits is written as two of these. DuckDB reads no half of one.
SURROGATE_PAIR = r"(?i)\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}"
SURROGATE = r"(?i)\\ud[89a-f]"
NULL_BYTE = r"(?:^|[^\\])(?:\\\\)*\\u0000"
# A stretch without a number outside of strings, then a number or the end. Every match begins where the last one ended.
NUMBERS = rf'((?:{STRING}|[^"0-9-])*)(-?[0-9][0-9.eE+-]*|$)'


def require_lines(file: LandingFile, columns: Collection[str]) -> None:
    """Look at the first object of a file that is read line by line, for a feed that reads the columns.

    Raises:
        FileRefusedError: it is part of an array, has the rows in a list, takes several lines, or is followed by another
            one on its line.
    """
    text, is_cut_off = _read_first_object(file)
    if text.startswith("["):
        raise FileRefusedError(
            "it is one JSON array, not an object per line. Give it the ending .json, with which arrays are read."
        )
    if not text.startswith("{"):
        return
    if path := find_list(text, columns, is_cut_off=is_cut_off):
        raise FileRefusedError(
            f"it is a JSON object with the rows in its list {'.'.join(path)}, not an object per line. Write them as "
            f"JSON Lines, for instance: jq -c '{jq_path(path)}[]' old.json > new.jsonl"
        )
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return  # what is wrong is reported for each line
    if "\n" in text[:end]:
        raise FileRefusedError(f"its first JSON object takes several lines. {ONE_PER_LINE}")
    rest = text[end:].split("\n", 1)[0].strip()
    if rest.startswith(("{", ",")):
        raise FileRefusedError(f"its first line goes on behind a JSON object with {rest[0]!r}. {ONE_PER_LINE}")


def _read_first_object(file: LandingFile) -> tuple[str, bool]:
    """Text with the first object, and whether that is longer than a record may be."""
    with open_text(file) as stream:
        start = stream.read(FIRST_OBJECT_BYTES)
        is_cut_off = len(start) == FIRST_OBJECT_BYTES and not _begins_with_object(_decode(start))
        if is_cut_off:
            start += stream.read(MAX_RECORD_BYTES - FIRST_OBJECT_BYTES)
            is_cut_off = len(start) == MAX_RECORD_BYTES
    return _decode(start), is_cut_off


def _decode(start: bytes) -> str:
    return start.removeprefix(UTF8_MARK).decode(errors="replace").strip()


def _begins_with_object(text: str) -> bool:
    try:
        json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def open_lines(
    relation: str, columns: Sequence[str], keys: Sequence[str], fault: str, judged: Sequence[str] = ()
) -> str:
    """A subquery over `relation`, which has a column `line`: keys, fault, the JSON object, and c0, c1 ... as text.

    A column is a key of the object, or a path to a value inside of it. For the `judged` ones, c0_is_number ... are
    whether the value is a JSON number.
    """
    kept = "".join(f"{key}, " for key in keys)
    pointers = [pointers_to(name) for name in columns]
    keyed, nested = [first for first, *_ in pointers], [path for _, *rest in pointers for path in rest]
    found = ", ".join(literal(pointer) for pointer in (*keyed, *nested))
    values = [f"found[{i + 1}]" for i in range(len(columns))]
    for i, (_, *rest) in enumerate(pointers):
        if rest:
            values[i] = f"coalesce({values[i]}, found[{len(columns) + nested.index(rest[0]) + 1}])"
    texts = "".join(f", {_text(value, pointers[i])} as c{i}" for i, value in enumerate(values))
    for name in judged:
        i = columns.index(name)
        texts += f", coalesce(regexp_matches({values[i]}, '^[0-9-]'), false) as c{i}_is_number"
    repeated = _repeated_key(columns, f"found[:{len(columns)}]" if nested else "found")
    return f"""(
        select {kept}coalesce(fault, {repeated}) as fault, object{texts}
        from (
            select {kept}fault, object, json_extract(object, [{found}]) as found
            from (
                select {kept}fault, case when fault is null then parsed end as object
                from (
                    select {kept}parsed, coalesce({fault}, {_fault()}) as fault
                    from (select *, try_cast(line as json) as parsed from {relation})
                )
            )
        )
    )"""


def rest_of_object(columns: Sequence[str]) -> str:
    """SQL for the object without the columns that the feed reads; null when it is empty then."""
    without = literal(json.dumps(dict.fromkeys(columns), ensure_ascii=False))
    return f"cast(nullif(json_merge_patch(object, {without}), '{{}}') as json)"


def _fault() -> str:
    bare = f"regexp_replace(parsed, {literal(STRING)}, '\"\"', 'g')"
    unpaired = f"regexp_replace(line, {literal(SURROGATE_PAIR)}, '', 'g')"
    # Searching the whole line for the pattern would cost more than parsing it.
    suspicion = (
        "contains(lower(parsed), 'nan') or contains(lower(parsed), 'inf') or regexp_matches(parsed, ',\\s*[}\\]]')"
    )
    return f"""
        case
            when parsed is null and trim(coalesce(line, ''), ' \t\r\n\v\f') = '' then {literal(BLANK)}
            when parsed is null and regexp_matches({unpaired}, {literal(SURROGATE)})
            then 'has half of a character, such as \\ud83d without \\ude00; write the whole character'
            when parsed is null then 'is not valid JSON'
            when not regexp_matches(parsed, '^\\s*\\{{') then 'is JSON, but not an object'
            when contains(parsed, '\\u0000') and regexp_matches(parsed, {literal(NULL_BYTE)})
            then 'contains a null byte'
            when ({suspicion}) and regexp_matches({bare}, {literal(LENIENCIES)})
            then 'is not valid JSON: NaN, infinity, or a comma before a closing bracket'
        end"""


def _repeated_key(columns: Sequence[str], found: str) -> str:
    if not columns:
        return "cast(null as varchar)"
    names = ", ".join(literal(name) for name in columns)
    given = f"list_filter(json_keys(object), lambda key: key in ({names}))"
    repeated = f"list_filter([{names}], lambda name: len(list_filter(json_keys(object), lambda key: key = name)) > 1)"
    return f"""
        case
            when len({given}) > list_count({found})
            then 'has the key ' || {repeated}[1] || ' more than once; rename one of them'
        end"""


def _text(value: str, pointers: Sequence[str]) -> str:
    # DuckDB reads a fraction as binary floating point. In quotes, it keeps every digit as written.
    exact = f"rtrim(regexp_replace(object, {literal(NUMBERS)}, '\\1\"\\2\"', 'g'), '\"')"
    digits = ", ".join(f"json_extract_string({exact}, {literal(pointer)})" for pointer in pointers)
    return f"""
        case
            when {value} is null or {value} = 'null' then null
            when starts_with({value}, '"') then json_extract_string({value}, '$')
            when json_type({value}) = 'DOUBLE' then coalesce({digits})
            else cast({value} as varchar)
        end"""


def pointers_to(name: str) -> list[str]:
    """The JSON Pointers of a column: that of a key, and for `properties.stage` or `contacts.0.id` that of a path."""
    return [_pointer([name]), *([_pointer(name.split("."))] if "." in name else [])]


def _pointer(keys: Sequence[str]) -> str:
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
