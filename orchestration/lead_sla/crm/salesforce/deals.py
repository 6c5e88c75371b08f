"""An opportunity of Salesforce as the statement that lands: the whole state at each moment at which it changed."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lead_sla.crm.salesforce.client import Row
from lead_sla.crm.salesforce.people import belonging, text_of
from lead_sla.crm.salesforce.reading import moment_of
from lead_sla.crm.slices import Line

PRIMARY, CONVERTED, ONLY = "primary", "converted lead", "only contact"
EARLIEST, SMALLEST = "earliest qualified", "smallest id"
RULES = (PRIMARY, CONVERTED, ONLY, EARLIEST, SMALLEST)
Person = tuple[str | None, str | None]  # the contact, and the rule that chose it


def to_deal(row: Row, history: Sequence[Row], roles: Sequence[Row], closed: Collection[str]) -> Line:
    """Its history and the contacts that have a role in it.

    Args:
        row: the opportunity.
        history: the rows of its history.
        roles: the contacts that have a role in it.
        closed: the stages that end a deal.
    """
    contacts = [role for role in belonging(row, roles) if role["ContactId"]]
    return {
        "id": str(row["Id"]),
        "version": moment_of(row),
        "archived": bool(row["IsDeleted"]),
        "contact_id": None,
        "person_rule": None,
        "primary_ids": sorted({str(role["ContactId"]) for role in contacts if role["IsPrimary"]}),
        "role_ids": sorted({str(role["ContactId"]) for role in contacts}),
        "history": _to_history(row, belonging(row, history), closed),
    }


def choose_person(
    deal: Line, converted: str | None, gone: Collection[str], qualified: Mapping[str, str] | None = None
) -> Person:
    """The person of a deal.

    Args:
        deal: the statement.
        converted: the contact of the lead that was converted into it.
        gone: contacts that were deleted.
        qualified: when each person first did something that qualifies; None if that is not known yet.
    """
    primary = [one for one in deal["primary_ids"] if one not in gone]
    others = [one for one in deal["role_ids"] if one not in gone]
    if primary:
        return primary[0], PRIMARY
    if converted:
        return converted, CONVERTED
    if len(others) == 1:
        return others[0], ONLY
    known = [(qualified[one], one) for one in others if one in qualified] if qualified else []
    if known:
        return min(known)[1], EARLIEST
    return (others[0], SMALLEST) if others else (None, None)


def set_person(deal: Line, person: Person) -> Line:
    """A deal with its person."""
    return {**deal, "contact_id": person[0], "person_rule": person[1]}


def _to_history(row: Row, history: Sequence[Row], closed: Collection[str]) -> list[dict[str, Any]]:
    """The state from each change on, oldest first; of two at one moment the later row holds."""
    changes = sorted(history, key=lambda change: (moment_of(change, "CreatedDate"), change["Id"])) or [row]
    states: list[dict[str, Any]] = []
    for at, change in {moment_of(change, "CreatedDate"): change for change in changes}.items():
        state = {
            "stage": str(change["StageName"]),
            "amount": _amount(change),
            "currency": text_of(change, "CurrencyIsoCode") or text_of(row, "CurrencyIsoCode"),
        }
        if not states or {**states[-1], "at": None} != {**state, "at": None}:
            states.append({**state, "at": at})
    first = states[0]
    is_closed = first["stage"] in closed or (row["IsClosed"] and first["stage"] == row["StageName"])
    if is_closed and row["CloseDate"]:
        first["at"] = str(row["CloseDate"])  # it was entered after the fact
    return states


def _amount(row: Row) -> str | None:
    """Without the zeros and the exponent that JSON may have."""
    text = text_of(row, "Amount")
    if text is None:
        return None
    number = format(Decimal(text), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number
