"""Queries in Salesforce's language."""

from collections.abc import Iterable, Sequence

MOMENT, IDENTIFIER = "SystemModstamp", "Id"
KEY = f"{MOMENT}, {IDENTIFIER}"


def select(fields: Sequence[str], name: str, where: str = "", *, order: str = "", limit: int | None = None) -> str:
    """A query of one object."""
    parts = [f"SELECT {', '.join(fields)} FROM {name}"]
    if where:
        parts.append(f"WHERE {where}")
    if order:
        parts.append(f"ORDER BY {order}")
    if limit is not None:
        parts.append(f"LIMIT {limit}")
    return " ".join(parts)


def is_one_of(field: str, ids: Iterable[str]) -> str:
    """The condition that a field has one of some ids."""
    return f"{field} IN ({', '.join(quote(one) for one in ids)})"


def comes_after(moment: str, record_id: str) -> str:
    """The condition that a row is behind another in the order of `KEY`; many rows can have one moment."""
    return f"({MOMENT} = {moment} AND {IDENTIFIER} > {quote(record_id)}) OR {MOMENT} > {moment}"


def quote(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
