"""Proposes the signs in the amounts of a column."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from lead_sla.inputs.feed_options import ValueOptions
from lead_sla.landing.amounts import amount, plain_amount

# In this order where several read the same; without any sign first.
SIGNS: tuple[tuple[str | None, str | None], ...] = (
    (None, None),
    (".", ","),
    (",", "."),
    (",", " "),
    (".", " "),
    (".", "'"),
    (".", None),
    (",", None),
)
FEWEST_READ = 0.5


@dataclass(frozen=True)
class AmountReading:
    """The signs of the amounts of a column. `unread` are no amounts; with `instead`, `example` is another one."""

    decimal: str | None = None
    thousands: str | None = None
    instead: tuple[str | None, str | None] | None = None
    example: str = ""
    unread: tuple[str, ...] = ()


def read_amounts(texts: Sequence[str]) -> AmountReading | None:
    """How the amounts are written; None if fewer than half of the texts are some."""
    if not texts:
        return None
    with duckdb.connect() as connection:
        read = {signs: _amounts(connection, texts, *signs) for signs in SIGNS}
    counts = {signs: sum(value is not None for value in values) for signs, values in read.items()}
    # Of several the one with the greatest amounts, which takes 1,234 for a thousand: few write three decimals.
    best = max(SIGNS, key=lambda signs: (counts[signs], sum(value for value in read[signs] if value is not None)))
    if counts[best] < FEWEST_READ * len(texts):
        return None
    unread = tuple(text for text, value in zip(texts, read[best], strict=True) if value is None)
    if best == (None, None):
        return AmountReading(unread=unread)
    for other in SIGNS[1:]:
        if counts[other] == counts[best]:
            differing = [text for text, a, b in zip(texts, read[best], read[other], strict=True) if a != b]
            if differing:
                return AmountReading(*best, instead=other, example=differing[0], unread=unread)
    return AmountReading(*best, unread=unread)


def _amounts(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[str], decimal: str | None, thousands: str | None
) -> list[Decimal | None]:
    """The amounts as landing reads them."""
    options = ValueOptions(decimal=decimal, thousands=thousands)
    plain = plain_amount("text", options) if decimal else "text"
    query = f"""
        select {amount("plain", "true" if decimal else None)}
        from (select place, {plain} as plain from (select unnest($texts) as text, unnest(range(len($texts))) as place))
        order by place
    """
    return [value for (value,) in connection.execute(query, {"texts": list(texts)}).fetchall()]
