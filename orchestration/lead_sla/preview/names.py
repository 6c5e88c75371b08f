"""What the name of a column says about it, in the words that exports use."""

import re
from functools import cache

from lead_sla.inputs.outcome_words import fold
from lead_sla.preview.name_patterns import ENTERED, PATTERNS

PARTS = re.compile(r"[A-Z]{2,}s\b|[A-Z]+(?![a-z])|[A-Z]?[a-z\u00df-\u00ff]+|[A-Z]?[^\W\d_]+|\d+")
# Pipedrive and Dynamics write the object or a warning before a name.
PREFIX = re.compile(r"^(\(Do Not Modify\)\s*|(Deal|Person|Lead|Contact|Organization) - (?!ID$))")
# The number of one of several columns, and the mark of a custom field of Salesforce.
SUFFIX = re.compile(r" \[\d+\]$|__c$")
# Objects in JSON that say nothing about what is in them, and names that say nothing without the object around them.
WRAPPERS = {"properties", "results", "data", "attributes", "fields", "items", "payload"}
BARE_NAMES = {"id", "ids", "uuid", "guid", "key"}


def plain_name(name: str) -> str:
    """The words of a name in small letters; of a path in JSON those of its last part, of an id with its object."""
    bare = PREFIX.sub("", SUFFIX.sub("", name))
    words = PARTS.findall(bare if " " in bare else _last_part(bare) or bare)
    return " ".join(word.lower() for word in words)


def _last_part(path: str) -> str:
    *above, last = [part for part in path.split(".") if not part.isdigit()] or [path]
    named = [part for part in above if part.lower() not in WRAPPERS][-1:]
    return " ".join([*named, last]) if last.lower() in BARE_NAMES else last


@cache
def matched_name(name: str) -> str:
    """The words of a name without accents, as patterns are written."""
    return plain_name(fold(name))


@cache
def rank(name: str, role: str) -> int | None:
    """How well a name fits a role, 0 best; None if it does not."""
    plain = matched_name(name)
    return next((at for at, pattern in enumerate(PATTERNS[role]) if re.search(pattern, plain)), None)


def may_be_id(name: str) -> bool:
    """Whether a name fits the id of anything."""
    return any(rank(name, role) is not None for role in ("deal_id", "lead_id", "event_id", "record_id"))


def what_was_entered(name: str) -> str | None:
    """What a record became at the moments in a column, as a code."""
    plain = plain_name(name)
    for pattern in ENTERED:
        if found := pattern.match(plain):
            return found["what"].replace(" ", "_")
    return None
