"""Ids as Salesforce makes them: 15 characters whose case matters, and 3 that say which of them are capitals."""

from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

ALPHABET: Final = digits + ascii_uppercase + ascii_lowercase  # in the order in which Salesforce sorts ids
CHECKS: Final = ascii_uppercase + "012345"
SHORT, LONG, THIRD = 15, 18, 5


def make_id(prefix: str, number: int) -> str:
    """The id of the nth record of an object, of which the prefix says which one it is."""
    text = ""
    while number:
        number, place = divmod(number, len(ALPHABET))
        text = ALPHABET[place] + text
    return lengthen(f"{prefix}5g0{text:0>9}")


def lengthen(short: str) -> str:
    """An id of 18 characters from one of 15."""
    thirds = (short[start : start + THIRD] for start in range(0, SHORT, THIRD))
    return short + "".join(CHECKS[sum(letter.isupper() << place for place, letter in enumerate(one))] for one in thirds)


def read_id(text: str) -> str | None:
    """The id of 18 characters, from one of either length; None if it is neither."""
    if not text.isalnum() or len(text) not in {SHORT, LONG}:
        return None
    return lengthen(text[:SHORT])
