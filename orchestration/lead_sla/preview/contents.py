"""What the values of a column look like, whatever its name."""

import re
from collections.abc import Sequence

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
ID = re.compile(r"(?=.*\d)[\w.:#/{}-]{1,64}")
DECIMAL = re.compile(r"\d*[.,]\d+")
BOOLEANS = {"true", "false", "1", "0", "yes", "no"}
FEWEST_EMAILS = 0.8  # of the values of a column of addresses; people mistype some


def are_emails(texts: Sequence[str]) -> bool:
    """Whether almost all are e-mail addresses."""
    return bool(texts) and sum(bool(EMAIL.fullmatch(text)) for text in texts) >= FEWEST_EMAILS * len(texts)


def are_ids(texts: Sequence[str]) -> bool:
    """Whether all look like ids: a digit in each, no blanks, no decimals."""
    return bool(texts) and all(ID.fullmatch(text) and not DECIMAL.fullmatch(text) for text in texts)


def has_letters(texts: Sequence[str]) -> bool:
    """Whether all have a letter, unlike numbers, which can count anything."""
    return all(any(sign.isalpha() for sign in text) for text in texts)


def are_booleans(texts: Sequence[str]) -> bool:
    """Whether all say yes or no."""
    return {text.lower() for text in texts} <= BOOLEANS
