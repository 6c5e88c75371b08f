"""Writes what Marketing and Sales have agreed on to the seeds.

The changed files are first validated with all others in a copy of the seeds, and then replace the original ones.
"""

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.agreements.guard import check_signed
from lead_sla.agreements.planning import ONE_DAY
from lead_sla.agreements.proposal import LOOKS_BACK, proposal_dir, read_rows
from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.seed_tables import CHANGE_POLICY, GOAL_BASIS, SeedTable
from lead_sla.inputs.seed_tables import TABLES as SEED_TABLES
from lead_sla.inputs.seed_values import Kind, number
from lead_sla.inputs.seeds import check_seeds
from lead_sla.mart.reading import open_mart, read_as_of_date
from lead_sla.months import month_after
from lead_sla.settings import Settings

TABLES = {table.name: table for table in SEED_TABLES}
DEAL_VALUE = "average_deal_value"
Row = dict[str, str]


@dataclass(frozen=True)
class Agreement:
    """What was agreed on for one SLA and month. `amount` is for the basis custom, `change_policy` for a begun month."""

    sla_id: str
    period: date
    goal_basis: str
    amount: str | None
    marketing: str
    sales: str
    reason: str
    change_policy: str | None = None


def agree(settings: Settings, agreement: Agreement, today: date) -> list[str]:
    """Write the target, and the proposal's rate card for a month that has not begun; return a description.

    A month has begun when one of its days is over; `today` is the day in the business time zone. From then on a
    target is changed from the first day that is not over, and the card is not changed.

    Raises:
        InputError: something is missing or refused; nothing was changed.
    """
    check_seeds(settings.seeds, settings.reporting_currency)
    _check(settings, agreement)
    with open_mart(settings) as mart:
        open_day = max(read_as_of_date(mart) + ONE_DAY, today)
        _require_goal(settings, agreement, mart)
    if agreement.period >= open_day:
        targets = _agree_ahead(settings, agreement)
        card = _agree_card(settings, agreement)
        changes = {TABLES["agreed_rate_card"]: card, TABLES["sla_targets"]: targets}
    else:
        changes = {TABLES["sla_targets"]: _change_begun(settings, agreement, open_day)}
    messages = [_describe(settings, table, rows) for table, rows in changes.items()]
    _replace(settings, changes)
    if len(changes) == 1:
        messages.append(f"The rate card of {agreement.period:%Y-%m} is not changed, because the month has begun.")
    return messages


def read_texts(seeds_dir: Path, table: SeedTable) -> list[Row]:
    """The rows of a validated seed as text."""
    content = (seeds_dir / table.file).read_text(encoding="utf-8-sig")
    return [row for row in csv.DictReader(io.StringIO(content, newline="")) if any(row.values())]


def _check(settings: Settings, agreement: Agreement) -> None:
    for option, value in (("--marketing", agreement.marketing), ("--sales", agreement.sales)):
        if not value.strip():
            raise InputError(f"{option} is empty. An agreement requires the names of both who signed it.")
    if not agreement.reason.strip():
        raise InputError("--reason is empty. Explain in a few words why this was agreed.")
    _read_option("--basis", GOAL_BASIS, agreement.goal_basis)
    if agreement.change_policy is not None:
        _read_option("--change-policy", CHANGE_POLICY, agreement.change_policy)
    if (agreement.goal_basis == "custom") != (agreement.amount is not None):
        raise InputError(
            "--amount is required with --basis custom, and not allowed otherwise: every other basis computes the goal."
        )
    if agreement.amount is not None:
        _read_option("--amount", number("A target"), agreement.amount)
    known = [row["sla_id"] for row in read_rows(settings.seeds, "sla_definitions")]
    if agreement.sla_id not in known:
        raise InputError(f"--sla {agreement.sla_id!r} is not an SLA. The SLAs are {', '.join(sorted(known))}.")


def _require_goal(settings: Settings, agreement: Agreement, mart: duckdb.DuckDBPyConnection) -> None:
    """Refuse a basis that yields no goal for the month, since nothing would be signed."""
    basis, period = agreement.goal_basis, agreement.period
    if basis == "plan":
        definitions = read_rows(settings.seeds, "sla_definitions")
        segment = next(row["segment"] for row in definitions if row["sla_id"] == agreement.sla_id)
        plans = [row for row in read_rows(settings.seeds, "revenue_plan") if row["segment"] == segment]
        if not any(month_after(row["period_start"], -(row["sales_cycle_months"] or 0)) == period for row in plans):
            plan = show_path(settings.seeds / TABLES["revenue_plan"].file)
            raise InputError(
                f"--basis plan: {plan} has no row for segment {segment!r} whose leads are needed in {period:%Y-%m} "
                "(period_start less sales_cycle_months), so there is no goal to sign. Add one, or use another basis."
            )
    elif basis in LOOKS_BACK:
        needed = month_after(period, -max(LOOKS_BACK[basis]))
        (first,) = mart.execute("select min(period_start) from fct_sla_goals").fetchall()[0]
        if first is None or needed < first:
            known = "has no month yet" if first is None else f"begins in {first:%Y-%m}"
            raise InputError(
                f"--basis {basis} requires the total of {needed:%Y-%m}, but the published mart {known}, so there is no "
                "goal to sign. Use another basis."
            )


def _read_option(option: str, kind: Kind, value: str) -> None:
    try:
        kind.read(value)
    except ValueError as error:
        raise InputError(f"{option} {value!r} {error}") from error


def _agree_ahead(settings: Settings, agreement: Agreement) -> list[Row]:
    """The agreement of a future month is one row, which replaces all earlier rows of the month."""
    if agreement.change_policy is not None:
        raise InputError(f"--change-policy is for a month that has begun; {agreement.period:%Y-%m} has not. Omit it.")
    rows = read_texts(settings.seeds, TABLES["sla_targets"])
    others = [row for row in rows if not _is_of(row, agreement)]
    return [*others, _target_row(agreement, None)]


def _change_begun(settings: Settings, agreement: Agreement, open_day: date) -> list[Row]:
    period = agreement.period
    if open_day >= month_after(period, 1):
        raise InputError(f"{period:%Y-%m} is over, so its agreement cannot change. Agree on a later month.")
    if agreement.change_policy is None:
        raise InputError(
            f"{period:%Y-%m} has begun. Add --change-policy to specify how the days before are "
            "treated: prospective keeps their goal, retroactive applies the new one to the whole "
            "month, catch_up distributes what is missing over the days that are left."
        )
    rows = read_texts(settings.seeds, TABLES["sla_targets"])
    same_day = [row for row in rows if _is_of(row, agreement) and row["effective_from"] == open_day.isoformat()]
    # A row of the same day is not in force yet, so it is replaced.
    rows = [row for row in rows if row not in same_day]
    if not any(_is_of(row, agreement) for row in rows):
        rows.append(_default_row(settings, agreement))
    return [*rows, _target_row(agreement, open_day)]


def _default_row(settings: Settings, agreement: Agreement) -> Row:
    """The goal that was in force without a row; a month's earliest row is in force from its first day."""
    definitions = read_rows(settings.seeds, "sla_definitions")
    basis = next(row["goal_basis"] for row in definitions if row["sla_id"] == agreement.sla_id)
    if basis == "custom":
        raise InputError(
            f"{agreement.period:%Y-%m} has begun without a target for {agreement.sla_id}, so there is none to change. "
            f"Write the month's target to {show_path(settings.seeds / TABLES['sla_targets'].file)}, and have both "
            "sides review it."
        )
    return _target_row(Agreement(agreement.sla_id, agreement.period, basis, None, "", "", "The SLA's own basis"), None)


def _target_row(agreement: Agreement, effective_from: date | None) -> Row:
    return {
        "sla_id": agreement.sla_id,
        "period_start": agreement.period.isoformat(),
        "goal_basis": agreement.goal_basis,
        "amount": agreement.amount or "",
        "effective_from": effective_from.isoformat() if effective_from else "",
        "change_policy": agreement.change_policy or "",
        "reason": agreement.reason.strip(),
        "approved_by_marketing": agreement.marketing.strip(),
        "approved_by_sales": agreement.sales.strip(),
    }


def _is_of(row: Row, agreement: Agreement) -> bool:
    return row["sla_id"] == agreement.sla_id and row["period_start"] == agreement.period.isoformat()


def _agree_card(settings: Settings, agreement: Agreement) -> list[Row]:
    """The proposal's rates from the month's first day on; rows with the same rate keep their signatures.

    A deal value that is in force by then stays agreed.
    """
    first_day = agreement.period.isoformat()
    rows = read_texts(settings.seeds, TABLES["agreed_rate_card"])
    signed = {row["event_type"]: row for row in rows if row["effective_from"] == first_day}
    values = {
        row["event_type"]: row.get(DEAL_VALUE) for row in sorted(rows, key=_sort_key) if _begins_by(row, first_day)
    }
    for event_type, close_rate in _read_proposal(settings, agreement.period).items():
        known = signed.get(event_type)
        if known is None or Decimal(known["close_rate"]) != Decimal(close_rate):
            signed[event_type] = {
                "effective_from": first_day,
                "event_type": event_type,
                "close_rate": close_rate,
                **({DEAL_VALUE: deal_value} if (deal_value := values.get(event_type)) else {}),
                "approved_by_marketing": agreement.marketing.strip(),
                "approved_by_sales": agreement.sales.strip(),
                "note": agreement.reason.strip(),
            }
    return [*(row for row in rows if row["effective_from"] != first_day), *signed.values()]


def _begins_by(row: Row, day: str) -> bool:
    return row["effective_from"] <= day


def _read_proposal(settings: Settings, period: date) -> dict[str, str]:
    """The rates of the proposal by type, as text; users may have edited them."""
    path = proposal_dir(settings, period) / "rate_card.csv"
    if not path.exists():
        raise InputError(f"{path} is missing. Run `lead-sla propose --period {period:%Y-%m}` first, and review it.")
    share = next(column.kind for column in TABLES["agreed_rate_card"].columns if column.name == "close_rate")
    rates = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        for row in reader:
            event_type, close_rate = row.get("event_type") or "", row.get("close_rate") or ""
            try:
                share.read(close_rate)
            except ValueError as error:
                raise InputError(
                    f"{path}, line {reader.line_num}, column close_rate: the rate {close_rate!r} of {event_type!r} "
                    "is not valid. Write the rate that both sides agree on to the file, such as 0.05."
                ) from error
            rates[event_type] = close_rate
    return rates


def _describe(settings: Settings, table: SeedTable, after: list[Row]) -> str:
    before = read_texts(settings.seeds, table)
    added = sum(row not in before for row in after)
    removed = sum(row not in after for row in before)
    path = show_path(settings.seeds / table.file)
    return f"{path}: {added} {'row' if added == 1 else 'rows'} written, {removed} replaced."


def _replace(settings: Settings, changes: dict[SeedTable, list[Row]]) -> None:
    """Validate the changed files in a copy of the seeds, then replace the original ones, each atomically."""
    with tempfile.TemporaryDirectory(prefix="lead-sla-agree-") as scratch:
        copy = Path(scratch) / "seeds"
        shutil.copytree(settings.seeds, copy)
        for table, rows in changes.items():
            _write(copy / table.file, rows)
        check_seeds(copy, settings.reporting_currency, settings.seeds)
        check_signed(settings.model_copy(update={"seeds": copy}), settings.seeds)
    for table, rows in changes.items():
        path = settings.seeds / table.file
        fresh = path.with_name(f".{path.name}.new")
        shutil.copy(path, fresh)
        _write(fresh, rows)
        fresh.replace(path)


def _write(path: Path, rows: list[Row]) -> None:
    """Sorted and with LF line ends, columns in the order of the file, so that a review shows only what changed."""
    header = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=_sort_key))


def _sort_key(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Empty sorts first, and a month's first row has no `effective_from`."""
    return tuple(row.get(name, "") for name in ("sla_id", "period_start", "effective_from", "event_type"))
