"""A deal of HubSpot as the statement that lands: the whole state at each moment at which it changed."""

from collections.abc import Sequence
from typing import Any

from lead_sla.crm.hubspot.objects import DEAL_STATE, DEALS
from lead_sla.crm.hubspot.values import Record, history_of, value_of, version_of

# The API gives the last 20 values of a property of a deal; of one with as many, older ones can be missing.
HISTORY_LIMIT = 20

State = dict[str, Any]


def to_deal(record: Record, contact_id: str | None, landed: Sequence[State] = ()) -> dict[str, Any]:
    """Its contact and its history.

    Args:
        record: the deal.
        contact_id: the contact that it belongs to.
        landed: the history that has landed, for what the API no longer gives.
    """
    return {
        "id": str(record["id"]),
        "version": version_of(record, DEALS),
        "archived": False,
        "contact_id": contact_id,
        "history": _join(landed, to_history(record), cut_off_before(record)),
    }


def choose_contact(contact_ids: set[str]) -> str | None:
    """Of several contacts the oldest in HubSpot, whose number is the smallest."""
    return min(contact_ids, key=int, default=None)


def to_history(record: Record) -> list[State]:
    """The state from each change on, oldest first; a value that was set again without changing is no change."""
    histories = {name: _history(record, name) for name in DEAL_STATE}
    moments = sorted({at for entries in histories.values() for at, _ in entries})
    states: list[State] = []
    for at in moments:
        pipeline, stage, amount, currency = (_value_at(histories[name], at) for name in DEAL_STATE)
        if pipeline and stage:
            state = {"stage": f"{pipeline}/{stage}", "amount": amount, "currency": currency, "at": at}
            _append(states, state)
    return states


def cut_off_before(record: Record) -> str:
    """The moment before which a history is known in part only; empty if all of it is known."""
    histories = [history_of(record, name) for name in DEAL_STATE]
    return max((entries[0][0] for entries in histories if len(entries) >= HISTORY_LIMIT), default="")


def _history(record: Record, name: str) -> list[tuple[str, str | None]]:
    """A property without a history has had its current value all the time."""
    return history_of(record, name) or [("", value_of(record, name))]


def _value_at(entries: Sequence[tuple[str, str | None]], at: str) -> str | None:
    return next((value for moment, value in reversed(entries) if moment <= at), None)


def _join(landed: Sequence[State], states: Sequence[State], cut_off: str) -> list[State]:
    """What landed up to the cut-off, since the API has forgotten a part of it, and what the API gives after it."""
    before = [state for state in landed if state["at"] < cut_off]
    if not before:
        return list(states)
    joined = list(before)
    for state in states:
        if state["at"] >= cut_off:
            _append(joined, state)
    return joined


def _append(states: list[State], state: State) -> None:
    if not states or {**states[-1], "at": state["at"]} != state:
        states.append(state)
