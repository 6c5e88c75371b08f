"""Words that mean that a deal is won or lost, in English, German, French, Spanish and Portuguese."""

import re
import unicodedata

WON = re.compile(r"\b(closed ?)?won\b|\bgewonnen\b|\bgagnee?\b|\bganad[oa]\b|\bganh[oa]\b")
LOST = re.compile(r"\b(closed ?)?lost\b|\bverloren\b|\bperdue?\b|\bperdid[oa]\b")


def fold(text: str) -> str:
    """Text without accents: `Gagné` is `Gagne`, and capitals stay."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def outcome_of(stage: str) -> str | None:
    """`won` or `lost`; None for a stage that says neither, or both."""
    words = fold(stage).lower().replace("_", " ")
    is_won, is_lost = bool(WON.search(words)), bool(LOST.search(words))
    if is_won == is_lost:
        return None
    return "won" if is_won else "lost"
