"""What `lead-sla doctor` finds."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is empty where nothing is to be done."""

    name: str
    verdict: Verdict
    what: str
    remedy: str = ""
