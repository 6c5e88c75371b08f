"""What the options of a feed mean for text, as SQL. What no option of the feed asks for adds no SQL."""

from collections.abc import Mapping, Sequence

from lead_sla.inputs.feed_options import Condition, ValueOptions
from lead_sla.sql import literal

SALESFORCE_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SHORT_ID, CHUNK = 15, 5


def without_nulls(text: str, options: ValueOptions) -> str:
    """Trimmed text, null where it is one of the feed's words for missing."""
    return f"case when {text} not in ({_list(options.nulls)}) then {text} end" if options.nulls else text


def convert(text: str, column: str, options: ValueOptions) -> str | None:
    """The trimmed text of a column of ours after `first_of`, `values` and `normalize`; None if it has none of them."""
    converted = text
    if separator := options.first_of.get(column):
        parts = f"string_split({text}, {literal(separator)})"
        first = f"trim(list_filter({parts}, lambda part: trim(part) <> '')[1])"
        converted = f"case when contains({text}, {literal(separator)}) then {first} else {text} end"
    if words := options.values.get(column):
        cases = " ".join(f"when {literal(word)} then {literal(ours)}" for word, ours in words.items())
        converted = f"case {converted} {cases} else {converted} end"
    for normalization in options.normalize.get(column, ()):
        converted = NORMALIZED[normalization](converted)
    return None if converted == text else converted


def conditions_hold(conditions: Sequence[Condition], texts: Mapping[str, str]) -> str:
    """Whether a row meets all conditions, never null; a missing value is none of any values."""
    held = []
    for condition in conditions:
        is_listed = f"coalesce({texts[condition.column]} in ({_list(condition.values)}), false)"
        held.append(f"not {is_listed}" if condition.is_negated else is_listed)
    return " and ".join(held)


def _lower(text: str) -> str:
    return f"lower({text})"


def _integer(text: str) -> str:
    """`8001.0` as `8001`; text that is not a whole number stays."""
    return f"regexp_replace({text}, '^([+-]?[0-9]+)[.]0*$', '\\1')"


def _salesforce_id(text: str) -> str:
    """The 18 characters of an id of 15 or 18 in its own case; other text stays.

    Each of the last three tells which of five characters are capitals, so an id of 18 whose case was changed has it
    again.
    """
    letters = []
    for position in range(SHORT_ID):
        chunk, bit = divmod(position, CHUNK)
        check = f"strpos('{SALESFORCE_DIGITS}', upper(substr(id, {SHORT_ID + chunk + 1}, 1))) - 1"
        letter = f"substr(id, {position + 1}, 1)"
        letters.append(f"case when ({check}) & {1 << bit} > 0 then upper({letter}) else lower({letter}) end")
    restored = f"list_transform([{' || '.join(letters)}], lambda short: short || {_checks('short')})[1]"
    completed = f"""
        case
            when regexp_full_match(id, '[0-9A-Za-z]{{15}}') then id || {_checks("id")}
            when not regexp_full_match(id, '[0-9A-Za-z]{{15}}[A-Za-z0-5]{{3}}') then id
            when substr(id, {SHORT_ID + 1}) = {_checks("id")} then id
            else {restored}
        end"""
    return f"""
        case
            when length({text}) in ({SHORT_ID}, {SHORT_ID + 3}) then list_transform([{text}], lambda id: {completed})[1]
            else {text}
        end"""


def _checks(text: str) -> str:
    """The three characters that follow an id of 15."""
    checks = []
    for start in range(1, SHORT_ID + 1, CHUNK):
        bits = " + ".join(
            f"case when substr({text}, {start + i}, 1) between 'A' and 'Z' then {1 << i} else 0 end"
            for i in range(CHUNK)
        )
        checks.append(f"substr('{SALESFORCE_DIGITS}', 1 + {bits}, 1)")
    return f"({' || '.join(checks)})"


NORMALIZED = {"lower": _lower, "integer": _integer, "salesforce_id": _salesforce_id}


def _list(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)
