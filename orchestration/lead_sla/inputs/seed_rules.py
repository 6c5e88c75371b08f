"""Rules of the seeds that look at more than one cell: rows, keys, references between files, and files as a whole.

What belongs here: the rules as data, and the loops that apply them. A rule is skipped where a cell it reads is
wrong already, so that one mistake is reported once.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lead_sla.inputs.seed_reading import Problem, Row, SeedFile, quoted
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.inputs.seed_values import RESERVED_SEGMENT, did_you_mean

Seeds = Mapping[str, SeedFile]
Values = Mapping[str, Any]

REVENUE_PLAN_COLUMNS = tuple(
    column.name for table in TABLES if table.name == "revenue_plan" for column in table.columns
)


@dataclass(frozen=True)
class RowRule:
    """Cells of one row that do not go together. `message` may name their values in braces."""

    table: str
    column: str
    reads: tuple[str, ...]
    is_broken: Callable[[Values], bool]
    message: str


@dataclass(frozen=True)
class Unique:
    """What may occur once. `key` turns a row into it; None exempts the row."""

    table: str
    columns: tuple[str, ...]
    remedy: str
    key: Callable[[Values], tuple[Any, ...] | None] | None = None


@dataclass(frozen=True)
class Reference:
    """A code that must be found in another file, or be one that is `always` right."""

    table: str
    column: str
    target: str
    target_column: str
    message: str
    is_target: Callable[[Values], bool] = lambda _: True
    always: tuple[str, ...] = ()


@dataclass(frozen=True)
class Existence:
    """A row without which a whole file makes no sense."""

    table: str
    is_enough: Callable[[Values], bool]
    message: str


def _is_qualifying(values: Values) -> bool:
    return values.get("is_qualifying") is not False


def _qualifying_rank(values: Values) -> tuple[Any, ...] | None:
    return (values["funnel_rank"],) if _is_qualifying(values) else None


def _first_day_in_force(values: Values) -> tuple[Any, ...]:
    start = values["period_start"]
    return values["sla_id"], start, max(start, values["effective_from"] or start)


def _begins_after_period(values: Values) -> bool:
    start, begin = values["period_start"], values["effective_from"]
    days = calendar.monthrange(start.year, start.month)[1]
    return begin is not None and begin > start.replace(day=days)


def row_rules(reporting_currency: str) -> tuple[RowRule, ...]:
    """The rules about one row; one of them depends on the currency that money is reported in."""
    return (
        RowRule(
            "exchange_rates",
            "rate",
            ("currency", "rate"),
            lambda row: row["currency"] == reporting_currency and row["rate"] != 1,
            "{rate} cannot be right: {currency} is the reporting currency, and a rate is what one unit of a foreign "
            "currency is worth in it. Delete the row, or write 1.",
        ),
        RowRule(
            "sla_targets",
            "amount",
            ("goal_basis", "amount"),
            lambda row: row["goal_basis"] == "custom" and row["amount"] is None,
            "the value is missing. The goal basis custom needs an amount.",
        ),
        RowRule(
            "sla_targets",
            "amount",
            ("goal_basis", "amount"),
            lambda row: row["goal_basis"] != "custom" and row["amount"] is not None,
            "{amount} would be ignored, because the goal basis is {goal_basis}. Leave it empty, or write custom.",
        ),
        RowRule(
            "sla_targets",
            "effective_from",
            ("period_start", "effective_from"),
            _begins_after_period,
            "{effective_from} is after the end of the month that begins on {period_start}. Write a day of that month, "
            "or nothing for its first.",
        ),
        RowRule(
            "revenue_plan",
            "customers",
            ("new_revenue", "customers"),
            lambda row: row["new_revenue"] is None and row["customers"] is None,
            "the value is missing, and so is new_revenue. Write one of the two.",
        ),
    )


UNIQUE = (
    Unique("event_types", ("event_type",), "Delete one, or rename it."),
    Unique(
        "event_types",
        ("funnel_rank",),
        "Give each qualifying type a rank of its own, so that a lead has one highest type.",
        _qualifying_rank,
    ),
    Unique("deal_stages", ("stage",), "Delete one, or rename it."),
    Unique("holidays", ("segment", "holiday_date"), "Delete one."),
    Unique("exchange_rates", ("currency", "effective_from"), "Delete one, or change the day from which it applies."),
    Unique("sla_definitions", ("sla_id",), "Delete one, or rename it."),
    Unique(
        "sla_targets",
        ("sla_id", "period_start", "effective_from"),
        "Delete one, or give the later one the day of the month from which it applies.",
        _first_day_in_force,
    ),
    Unique(
        "revenue_plan",
        REVENUE_PLAN_COLUMNS,
        "Rows of one month and segment add up, so the same row would count twice. Delete one.",
    ),
    Unique(
        "agreed_rate_card", ("event_type", "effective_from"), "Delete one, or change the day from which it applies."
    ),
)

REFERENCES = (
    Reference(
        "holidays",
        "segment",
        "sla_definitions",
        "segment",
        "is not the segment of any SLA in {file}, so the holiday would not count.",
        always=(RESERVED_SEGMENT,),  # it counts for every segment
    ),
    Reference("sla_targets", "sla_id", "sla_definitions", "sla_id", "is not an sla_id of {file}."),
    Reference(
        "revenue_plan",
        "segment",
        "sla_definitions",
        "segment",
        "is not the segment of any SLA in {file}, so the row would never count.",
    ),
    Reference(
        "agreed_rate_card",
        "event_type",
        "event_types",
        "event_type",
        "is not a qualifying event type of {file}, so it has no close rate.",
        _is_qualifying,
    ),
)

EXISTENCES = (
    Existence("event_types", _is_qualifying, "no row has is_qualifying true, so nobody could become a lead."),
    Existence("deal_stages", lambda row: row.get("outcome", "won") == "won", "no stage has the outcome won."),
    Existence("sla_definitions", lambda _: True, "the file has no row. Define at least one SLA."),
)


def check_rules_across(seeds: Seeds, reporting_currency: str) -> Iterator[Problem]:
    """Everything that is wrong between cells that are right one by one."""
    for rule in row_rules(reporting_currency):
        yield from _check_rows(rule, seeds[rule.table])
    for unique in UNIQUE:
        yield from _check_unique(unique, seeds[unique.table])
    for reference in REFERENCES:
        yield from _check_reference(reference, seeds[reference.table], seeds[reference.target])
    yield from _check_first_targets(seeds["sla_targets"])
    yield from _check_aliases(seeds["event_types"], "event_type")
    yield from _check_aliases(seeds["deal_stages"], "stage")
    for existence in EXISTENCES:
        seed = seeds[existence.table]
        if seed.complete and not any(existence.is_enough(row.values) for row in seed.rows):
            yield Problem(seed.path, 0, "", existence.message)


def _check_rows(rule: RowRule, seed: SeedFile) -> Iterator[Problem]:
    for row in _rows_with(seed, rule.reads):
        if rule.is_broken(row.values):
            shown = {name: quoted(value) for name, value in row.texts.items()}
            yield Problem(seed.path, row.line, rule.column, rule.message.format_map(shown))


def _check_unique(unique: Unique, seed: SeedFile) -> Iterator[Problem]:
    first_lines: dict[tuple[Any, ...], int] = {}
    for row in _rows_with(seed, unique.columns):
        key = unique.key(row.values) if unique.key else tuple(row.values[name] for name in unique.columns)
        if key is None:
            continue
        first = first_lines.setdefault(key, row.line)
        if first != row.line:
            shown = ", ".join(
                f"{name} {'(empty)' if value is None else value}"
                for name, value in zip(unique.columns, key, strict=True)
            )
            message = f"line {first} already has {shown}. {unique.remedy}"
            yield Problem(seed.path, row.line, unique.columns[-1], message)


def _check_first_targets(seed: SeedFile) -> Iterator[Problem]:
    """The earliest target of a month counts from its first day, so it may not name another."""
    columns = ("sla_id", "period_start", "effective_from")
    rows = list(_rows_with(seed, columns))
    if not seed.complete or len(rows) < len(seed.rows):
        return  # the earliest row may be one that could not be read
    first: dict[tuple[Any, Any], Row] = {}
    for row in sorted(rows, key=lambda row: _first_day_in_force(row.values)):
        first.setdefault((row.values["sla_id"], row.values["period_start"]), row)
    for (sla_id, start), row in first.items():
        day = row.values["effective_from"]
        if day is not None and day > start:
            message = (
                f"{day} is the first target of {sla_id} in the month that begins on {start}. Add a row for {start}, "
                "with the goal basis custom and the amount 0 if nothing was agreed until then; or leave this value "
                "empty if the target is that of the whole month."
            )
            yield Problem(seed.path, row.line, "effective_from", message)


def _check_aliases(seed: SeedFile, code_column: str) -> Iterator[Problem]:
    """An alias stands for one code, and is none itself."""
    rows = list(_rows_with(seed, (code_column, "aliases")))
    lines = {row.values[code_column]: row.line for row in rows}
    for row in rows:
        for alias in row.values["aliases"] or ():
            if alias in lines:
                message = (
                    f"{quoted(alias)} is already a code or an alias on line {lines[alias]}. Delete one of the two."
                )
                yield Problem(seed.path, row.line, "aliases", message)
            lines.setdefault(alias, row.line)


def _check_reference(reference: Reference, seed: SeedFile, target: SeedFile) -> Iterator[Problem]:
    if not target.complete or any(reference.target_column not in row.values for row in target.rows):
        return
    known = {row.values[reference.target_column] for row in target.rows if reference.is_target(row.values)}
    for row in _rows_with(seed, (reference.column,)):
        value = row.values[reference.column]
        if value not in known and value not in reference.always:
            message = reference.message.format(file=target.path)
            listed = f" Known values are {', '.join(sorted(known))}." if known else f" {target.path} has none yet."
            remedy = did_you_mean(value, known) or listed
            yield Problem(seed.path, row.line, reference.column, f"{quoted(value)} {message}{remedy}")


def _rows_with(seed: SeedFile, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows whose cells in these columns are all right."""
    return (row for row in seed.rows if all(column in row.values for column in columns))
