"""SQL that converts text into typed values, strictly, with a reason for each value that cannot be converted.

Every format is converted to text first, so that the same rules apply to CSV, JSON Lines and Parquet. DuckDB's casts
are more lenient than these rules (`1_000`, `2020-1-1`), so a pattern precedes each of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lead_sla.inputs.feed_columns import KINDS, Column
from lead_sla.inputs.feed_options import ValueOptions
from lead_sla.landing.amounts import amount, amount_problem, plain_amount
from lead_sla.landing.schema import stored_columns
from lead_sla.landing.timestamps import day, day_whatever_the_time, instant, timestamp_problem
from lead_sla.sql import literal

BOUNDS = "'0001-01-01' and '9999-12-31 23:59:59.999999'"  # what every client can show

# DuckDB's one-argument trim removes Unicode's space separators and is twenty times as fast as a list of characters.
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
CONTROLS = "\t\n\v\f\r"
SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class MappedSource:
    """Where the text of every canonical column comes from, as SQL."""

    relation: str
    texts: dict[str, str]  # canonical column -> trimmed text
    attributes: str  # JSON, or null
    fault: str = "null"  # the reason why the row could not even be split into columns, or null
    keys: tuple[str, ...] = ()  # columns of the relation that are kept as they are
    conversions: dict[str, str] = field(default_factory=dict)  # canonical column -> its value, from `{column}_text`
    numbers: dict[str, str] = field(default_factory=dict)  # canonical column -> whether the text is a plain number
    days: frozenset[str] = frozenset()  # canonical columns that hold days, whatever the time of day
    condition: str | None = None  # whether a row counts; None if every row does
    record_texts: dict[str, str] = field(default_factory=dict)  # column of a record feed's file -> trimmed text
    condition_texts: dict[str, str] = field(default_factory=dict)  # column of the condition -> trimmed text


def trimmed(text: str) -> str:
    """SQL for `text` without white space at its ends; null if it is empty then.

    White space means Unicode space separators (such as the non-breaking space), tabs and line breaks. Most text is
    ASCII without any at its ends, and finding that out takes a third of the time of trimming.
    """
    short = f"trim({text})"
    ends_visibly = " and ".join(f"not suffix({text}, {literal(space)})" for space in f" {CONTROLS}")
    return (
        f"case when {text} between '!' and '~' and strlen({text}) = length({text}) and {ends_visibly} then {text} "
        f"when {short} >= '!' and {short}[-1] >= '!' then {short} "
        f"else nullif(trim({text}, {literal(SPACES + CONTROLS)}), '') end"
    )


def typed_select(kind: str, timezone: str, source: MappedSource, options: ValueOptions) -> str:
    """A query for the source's rows with typed columns, `attributes`, `problem_column` and `problem_reason`.

    Both problem columns are null for a row that can land. `timezone` applies to timestamps without an offset. If the
    source has a condition, `is_filtered` marks the rows that do not count, which have no problem either.
    """
    columns = KINDS[kind]
    typing = _Typing(timezone, source, options)
    keys = "".join(f"{key}, " for key in source.keys)
    flag = ", is_filtered" if source.condition else ""
    texts = ", ".join(f"{column.name}_text" for column in columns)
    values = ", ".join(value for column in columns for value in typing.values(column))
    converted = typing.conversions(columns)
    return f"""
        with mapped as (
            select {keys}{source.fault} as fault, {source.attributes} as attributes, {typing.mapped(columns)}
            from {source.relation}
        ),
        {f"converted as (select {converted} from mapped)," if converted else ""}
        typed as (
            select {keys}fault, attributes, {texts}, {values}{flag}
            from {"converted" if converted else "mapped"}
        ),
        bounded as (
            select * replace (case when occurred_at between {BOUNDS} then occurred_at end as occurred_at)
            from typed
        )
        select
            {keys}{", ".join(stored_columns(kind))}, attributes,
            {typing.first_problem(columns, "column")} as problem_column,
            {typing.first_problem(columns, "reason")} as problem_reason{flag}
        from bounded
    """


@dataclass(frozen=True)
class _Typing:
    """The parts of the query."""

    timezone: str
    source: MappedSource
    options: ValueOptions

    def mapped(self, columns: Iterable[Column]) -> str:
        """The text of every column, and what is known about it."""
        source = self.source
        parts = [f"{source.texts[column.name]} as {column.name}_text" for column in columns]
        parts += [f"{condition} as {name}_is_number" for name, condition in source.numbers.items()]
        if source.condition:
            # A line that cannot be split cannot be judged.
            parts.append(f"{source.fault} is null and not ({source.condition}) as is_filtered")
        return ", ".join(parts)

    def conversions(self, columns: Iterable[Column]) -> str:
        """All columns with converted text, and amounts as plain numbers; empty if there is nothing to convert."""
        replaced = ", ".join(f"{value} as {name}_text" for name, value in self.source.conversions.items())
        amounts = ""
        for column in columns:
            if column.type == "amount" and self.options.decimal:
                plain = plain_amount(f"{column.name}_text", self.options)
                if column.name in self.source.numbers:
                    plain = f"case when {column.name}_is_number then {column.name}_text else {plain} end"
                amounts += f", {plain} as {column.name}_plain"
        if not replaced and not amounts:
            return ""
        return f"*{f' replace ({replaced})' if replaced else ''}{amounts}"

    def values(self, column: Column) -> list[str]:
        """The typed values of a column."""
        text = f"{column.name}_text"
        if column.type == "stamp":
            if column.name in self.source.days:
                date = day_whatever_the_time(text, self.timezone, self.options)
                return [f"cast(null as timestamp) as {column.name}", f"{date} as occurred_date"]
            moment = instant(text, self.timezone, self.options)
            return [f"{moment} as {column.name}", f"{day(text, self.options)} as occurred_date"]
        if column.type == "amount":
            if self.options.decimal:
                return [f"{amount(f'{column.name}_plain', 'true')} as {column.name}"]
            is_number = f"{column.name}_is_number" if column.name in self.source.numbers else None
            return [f"{amount(text, is_number)} as {column.name}"]
        return [f"{text} as {column.name}"]

    def first_problem(self, columns: Iterable[Column], which: str) -> str:
        """A case expression for the first problem of a row: the column's name, or the reason."""
        cases = ["when is_filtered then null"] if self.source.condition else []
        cases.append("when fault is not null then " + ("fault" if which == "reason" else "null"))
        for column in columns:
            for condition, reason in self._problems(column):
                cases.append(f"when {condition} then " + (reason if which == "reason" else literal(column.name)))
        return "case " + " ".join(cases) + " end"

    def _problems(self, column: Column) -> list[tuple[str, str]]:
        text = f"{column.name}_text"
        shown = f"'''' || left({text}, {SHOWN_CHARACTERS}) || ''''"
        problems = []
        if column.required:
            problems.append((f"{text} is null", literal("is required, but missing")))
        if column.allowed:
            reason = f"{shown} || {literal(' is not ' + ' or '.join(column.allowed))}"
            problems.append((f"{text} not in ({', '.join(map(literal, column.allowed))})", reason))
        if column.type == "stamp":
            unread = f"{text} is not null and occurred_at is null and occurred_date is null"
            problems.append((unread, timestamp_problem(shown, self.options)))
        if column.type == "amount":
            unread = f"{text} is not null and {column.name} is null"
            problems.append((unread, amount_problem(text, shown, self.options)))
        return problems
