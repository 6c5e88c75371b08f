"""Protects what both sides signed for a month that has begun from later edits of the seeds.

The seeds are compared with the agreements of the last publication, which the ledgers of the warehouse hold; the caller
holds the warehouse lock. Rows that were signed by at most one side can be edited freely, and so can rows of an SLA or
event type that no longer exists. `lead-sla agree` follows the same rules.
"""

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.formatting import show_exact
from lead_sla.inputs.seed_reading import Problem, Row, SeedFile, read_seed
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.inputs.seeds import SeedError
from lead_sla.ledger.tables import RATES, TARGETS, create_ledgers
from lead_sla.months import month_after
from lead_sla.settings import Settings
from lead_sla.warehouse import connect

Key = tuple[Any, ...]
SignedRows = dict[Key, dict[str, Any]]


DEAL_VALUE = "average_deal_value"
SIGNATURES = ("approved_by_marketing", "approved_by_sales")
# Required for a change of a signed target: how the days before are treated, the reason, and who signed it.
CHANGE_COLUMNS = ("change_policy", "reason", *SIGNATURES)


@dataclass(frozen=True)
class Published:
    """The rows of the last publication for begun months that both sides signed, by key.

    `targets` has every row of a month with a signed one, since they make its goal together.
    """

    targets: SignedRows
    rates: SignedRows
    as_of_date: date


def check_signed(settings: Settings, shown_dir: Path | None = None) -> None:
    """Refuse changes of signed rows whose months have begun, unless they follow the rules.

    Args:
        settings: with the seeds to check.
        shown_dir: the folder in messages, if those seeds are a copy of it.

    Raises:
        SeedError: lists every such change, with the remedy.
    """
    published = _read_published(settings)
    if published is None:
        return
    seeds = {table.name: read_seed(table, settings.seeds, shown_dir) for table in TABLES}
    slas = {row.values["sla_id"] for row in seeds["sla_definitions"].rows}
    types = {row.values["event_type"] for row in seeds["event_types"].rows}
    targets = {key: row for key, row in published.targets.items() if row["sla_id"] in slas}
    renamed = {
        alias: row.values["event_type"] for row in seeds["event_types"].rows for alias in row.values["aliases"] or ()
    }
    rates = {
        (event_type, start): row | {"event_type": event_type}
        for (code, start), row in published.rates.items()
        if (event_type := renamed.get(code, code)) in types
    }
    problems = [
        *_check_targets(seeds["sla_targets"], targets, published.as_of_date),
        *_check_rates(seeds["agreed_rate_card"], rates, published.as_of_date.replace(day=1)),
    ]
    if problems:
        raise SeedError(sorted(problems, key=lambda problem: (problem.path, problem.line)))


def _read_published(settings: Settings) -> Published | None:
    if not settings.warehouse_path.exists():
        return None
    with closing(connect(settings)) as warehouse:
        create_ledgers(warehouse)
        last = warehouse.execute("select as_of_date from raw.last_publication").fetchall()
        if not last:
            return None
        (as_of_date,) = last[0]
        signed = " and ".join(f"{column} is not null" for column in SIGNATURES)
        signed_months = f"select (sla_id, period_start) from {TARGETS.view} where {signed}"
        targets = _by_key(
            warehouse.execute(
                f"from {TARGETS.view} where period_start <= $1 and (sla_id, period_start) in ({signed_months})",
                [as_of_date],
            ),
            tuple(TARGETS.key),
        )
        # A card is made on the first of a month, from the rates that count by then.
        rates = _by_key(
            warehouse.execute(
                f"from {RATES.view} where {signed} and effective_from <= $1", [as_of_date.replace(day=1)]
            ),
            tuple(RATES.key),
        )
    return Published(targets, rates, as_of_date)


def _by_key(cursor: duckdb.DuckDBPyConnection, key: tuple[str, ...]) -> SignedRows:
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return {tuple(row[name] for name in key): row for row in rows}


def _check_targets(seed: SeedFile, published: SignedRows, as_of_date: date) -> Iterator[Problem]:
    rows = {_target_key(row): row for row in seed.rows}
    for key, signed in published.items():
        yield from _check_target(seed, rows.get(key), signed, as_of_date)
    signed_months = {(sla_id, period) for sla_id, period, _ in published}
    for key, row in rows.items():
        if key not in published and key[:2] in signed_months:
            yield from _missing(seed, row, CHANGE_COLUMNS)
            yield from _too_late(seed, row, as_of_date)


def _too_late(seed: SeedFile, row: Row, as_of_date: date) -> Iterator[Problem]:
    _, period, start = _target_key(row)
    if start > as_of_date:
        return
    message = (
        f"the target of {period:%Y-%m} is signed and already in force on {start}, so a change must begin after "
        f"{as_of_date}; with the change_policy retroactive it still applies to the whole month."
    )
    if _is_over(period, as_of_date):
        message = (
            f"{period:%Y-%m} is over, so its signed target cannot change. Delete the row, and agree on a later month."
        )
    yield Problem(seed.path, row.line, "effective_from", message)


def _check_target(seed: SeedFile, row: Row | None, signed: dict[str, Any], as_of_date: date) -> Iterator[Problem]:
    if row is not None and _same_target(row.values, signed):
        for column in SIGNATURES:
            if row.values[column] is None and _is_signed(signed):
                message = (
                    f"the name is missing, and {_describe_row(signed)}, was signed by {_signers(signed)}. Put it back."
                )
                yield Problem(seed.path, row.line, column, message)
        return
    # It may be replaced by another row that has all required values.
    if row is not None and _is_pending(signed, as_of_date) and row.values["reason"] != signed["reason"]:
        yield from _missing(seed, row, CHANGE_COLUMNS)
    else:
        yield _moved(seed, row, signed, as_of_date)


def _moved(seed: SeedFile, row: Row | None, signed: dict[str, Any], as_of_date: date) -> Problem:
    status = f"was signed by {_signers(signed)}" if _is_signed(signed) else "belongs to a row that both sides signed"
    if _is_over(signed["period_start"], as_of_date):
        remedy = "the month is over. Put it back, and agree on a later month."
    else:
        remedy = (
            "the month has begun. Put it back. To change the goal, run `lead-sla agree` with --change-policy, or add a "
            "row with effective_from, change_policy, reason and both names."
        )
        if _is_pending(signed, as_of_date):
            remedy += " Since it is not in force yet, it may also be replaced, with an explanation in reason."
    message = f"{_describe_row(signed)}, {status}, and {remedy}"
    return Problem(seed.path, row.line if row else 0, "amount" if row else "", message)


def _is_pending(signed: dict[str, Any], as_of_date: date) -> bool:
    """Whether a change is not in force yet; a month's first row is in force from the first day of the month."""
    return signed["effective_from"] > max(as_of_date, signed["period_start"])


def _is_over(period: date, as_of_date: date) -> bool:
    return month_after(period, 1) <= as_of_date + timedelta(days=1)


def _describe_row(signed: dict[str, Any]) -> str:
    sla_id, period, start = signed["sla_id"], signed["period_start"], signed["effective_from"]
    return f"the target of {sla_id} for {period:%Y-%m} from {start} on, {_describe_target(signed)}"


def _missing(seed: SeedFile, row: Row, columns: tuple[str, ...]) -> Iterator[Problem]:
    for column in columns:
        if row.values[column] is None:
            message = (
                "the value is missing. The month has begun with a signed target, so a change requires change_policy "
                "(how the days before are treated), reason, and the names of those who signed it for both sides."
            )
            yield Problem(seed.path, row.line, column, message)


def _check_rates(seed: SeedFile, published: SignedRows, first_of_month: date) -> Iterator[Problem]:
    rows = {(row.values["event_type"], row.values["effective_from"]): row for row in seed.rows}
    for (event_type, start), signed in published.items():
        row = rows.get((event_type, start))
        what = f"the close rate of {event_type} from {start} on, {show_exact(signed['close_rate'])}, was signed by"
        if row is not None:
            yield from _check_deal_value(seed, row, signed)
        if row is None:
            message = f"{what} {_signers(signed)}, and months with it have begun. Put the row back."
            yield Problem(seed.path, 0, "", message)
        elif _differs(row.values["close_rate"], signed["close_rate"]) and row.values["note"] == signed["note"]:
            message = (
                f"{what} {_signers(signed)}, and months with it have begun. Put it back, and write the new rate into a "
                "separate row from a future month on. If the signed rate itself is a mistake, explain it in note; "
                "every month that changes is then listed in rpt_restatements."
            )
            yield Problem(seed.path, row.line, "close_rate", message)
    agreed_since = {event_type: start for event_type, start in sorted(published, reverse=True)}
    for (event_type, start), row in rows.items():
        is_new = (event_type, start) not in published
        if is_new and event_type in agreed_since and agreed_since[event_type] <= start <= first_of_month:
            message = (
                f"{start} is in a month that has begun with a signed close rate of {event_type}. Make the new rate "
                f"effective from a later month than {first_of_month:%Y-%m}."
            )
            yield Problem(seed.path, row.line, "effective_from", message)


def _check_deal_value(seed: SeedFile, row: Row, signed: dict[str, Any]) -> Iterator[Problem]:
    if row.values["note"] != signed["note"] or not _differs(row.values[DEAL_VALUE], signed[DEAL_VALUE]):
        return
    value = "left to the calibration" if signed[DEAL_VALUE] is None else show_exact(signed[DEAL_VALUE])
    message = (
        f"the deal value of {signed['event_type']} from {signed['effective_from']} on, {value}, was signed by "
        f"{_signers(signed)}, and months with it have begun. Put it back, and write the new value into a separate row "
        "from a future month on. If the signed value itself is a mistake, explain it in note."
    )
    yield Problem(seed.path, row.line, DEAL_VALUE, message)


def _target_key(row: Row) -> Key:
    values = row.values
    return values["sla_id"], values["period_start"], values["effective_from"] or values["period_start"]


def _same_target(values: dict[str, Any], signed: dict[str, Any]) -> bool:
    same_words = (values["goal_basis"], values["change_policy"] or "prospective") == (
        signed["goal_basis"],
        signed["change_policy"],
    )
    return same_words and not _differs(values["amount"], signed["amount"])


def _differs(value: object, signed: object) -> bool:
    if value is None or signed is None:
        return value is not signed
    return not math.isclose(float(str(value)), float(str(signed)), rel_tol=1e-12)


def _describe_target(signed: dict[str, Any]) -> str:
    basis = "" if signed["amount"] is None else f" {show_exact(signed['amount'])}"
    policy = "" if signed["change_policy"] == "prospective" else f" ({signed['change_policy']})"
    return f"{signed['goal_basis']}{basis}{policy}"


def _is_signed(row: dict[str, Any]) -> bool:
    return all(row[column] is not None for column in SIGNATURES)


def _signers(signed: dict[str, Any]) -> str:
    return f"{signed['approved_by_marketing']} and {signed['approved_by_sales']}"
