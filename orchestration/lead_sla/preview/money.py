"""Finds the amounts of deals and their currency."""

import re
import unicodedata
from collections.abc import Iterable

from lead_sla.landing.amounts import CURRENCY_CODES
from lead_sla.preview.amounts import read_amounts
from lead_sla.preview.names import rank
from lead_sla.preview.roles import Roles, choose
from lead_sla.preview.samples import Sample

CODES = frozenset(CURRENCY_CODES.split())
WORDS = re.compile(r"[A-Z]{3}(?![A-Za-z])")
PREFIXED = re.compile(r"\b(US|CA|AU|NZ|HK|MX|A|C|R|S)\$")
# The commonest currency of each sign.
SIGNS = {
    **{"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₴": "UAH"},
    **{"US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD"},
    **{"R$": "BRL", "MX$": "MXN"},
}
SHARED_SIGNS = ("$", "¥")  # of several currencies


def assign_money(roles: Roles, sample: Sample) -> None:
    """Find the column of amounts, and their currency in a column, in their signs or in the column's name."""
    numbers = {
        name: reading
        for name, column in sample.columns.items()
        if rank(name, "amount") is not None and name not in roles.dates and (reading := read_amounts(column.distinct))
    }
    roles.found |= choose("amount", numbers, roles)
    amount = roles.get("amount")
    if amount is None:
        return
    roles.amount_reading = numbers[amount]
    codes = [name for name, column in sample.columns.items() if column.values and CODES.issuperset(column.distinct)]
    roles.found |= choose("currency", codes, roles) or dict(zip(["currency"], codes, strict=False))
    if unread := numbers[amount].unread:
        roles.doubts.append(
            f"{amount} has values that are no amounts, such as {unread[0]}: these rows are rejected. Correct them, or "
            "list texts that mean a missing amount in `nulls`"
        )
    if "currency" not in roles.found:
        _assign_constant(roles, amount, sample.columns[amount].distinct)


def _assign_constant(roles: Roles, amount: str, texts: Iterable[str]) -> None:
    signs = dict.fromkeys(sign for text in (*texts, amount) for sign in _signs_of(text))
    currencies = dict.fromkeys(SIGNS.get(sign, sign) for sign in signs)
    if len(currencies) == 1:
        [roles.currency] = currencies
        shared = ", which other currencies have as well" if any(sign in SHARED_SIGNS for sign in signs) else ""
        roles.doubts.append(
            f"no column has the currency, so it is that of {', '.join(signs)} in {amount}{shared}; is it right?"
        )
    elif currencies:
        roles.doubts.append(
            f"{amount} has {', '.join(signs)}, and no column has the currency; without one, all amounts are in the "
            "reporting currency. Export the currency, and add it as `currency`"
        )


def _signs_of(text: str) -> list[str]:
    if prefixed := PREFIXED.search(text):
        return [prefixed[0]]
    signs = [sign for sign in text if unicodedata.category(sign) == "Sc" and sign in SIGNS]
    return [*signs, *(word for word in WORDS.findall(text) if word in CODES)]
