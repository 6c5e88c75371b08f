"""SQL that parses lines of JSON: the text of the columns that a feed reads, and the rest as attributes."""

import json
from collections.abc import Sequence

from lead_sla.sql import literal

BLANK = "is blank"

STRING = r'"(?:[^"\\]|\\.)*"'
# What DuckDB's parser accepts although it is not valid JSON: NaN, infinity, and a comma before a closing bracket.
LENIENCIES = r"(?i)nan|inf|,\s*[}\]]"
# A stretch without a number outside of strings, then a number or the end. Every match begins where the last one ended.
NUMBERS = rf'((?:{STRING}|[^"0-9-])*)(-?[0-9][0-9.eE+-]*|$)'


def open_lines(relation: str, columns: Sequence[str], keys: Sequence[str], fault: str) -> str:
    """A subquery over `relation`, which has a column `line`: keys, fault, the JSON object, and c0, c1 ... as text."""
    kept = "".join(f"{key}, " for key in keys)
    pointers = [_pointer(name) for name in columns]
    found = ", ".join(literal(pointer) for pointer in pointers)
    texts = "".join(f", {_text(f'found[{i + 1}]', pointer)} as c{i}" for i, pointer in enumerate(pointers))
    return f"""(
        select {kept}fault, object{texts}
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
    # Searching the whole line for the pattern would cost more than parsing it.
    suspicion = (
        "contains(lower(parsed), 'nan') or contains(lower(parsed), 'inf') or regexp_matches(parsed, ',\\s*[}\\]]')"
    )
    return f"""
        case
            when parsed is null and trim(coalesce(line, ''), ' \t\r\n\v\f') = '' then {literal(BLANK)}
            when parsed is null then 'is not valid JSON'
            when not regexp_matches(parsed, '^\\s*\\{{') then 'is JSON, but not an object'
            when ({suspicion}) and regexp_matches({bare}, {literal(LENIENCIES)})
            then 'is not valid JSON: NaN, infinity, or a comma before a closing bracket'
        end"""


def _text(value: str, pointer: str) -> str:
    # DuckDB reads a fraction as binary floating point. In quotes, it keeps every digit as written.
    exact = f"rtrim(regexp_replace(object, {literal(NUMBERS)}, '\\1\"\\2\"', 'g'), '\"')"
    return f"""
        case
            when {value} is null or {value} = 'null' then null
            when starts_with({value}, '"') then json_extract_string({value}, '$')
            when json_type({value}) = 'DOUBLE' then json_extract_string({exact}, {literal(pointer)})
            else cast({value} as varchar)
        end"""


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")
