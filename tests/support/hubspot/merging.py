"""What HubSpot makes of two records that are merged: one with the history of both and the values of the first."""

from tests.support.hubspot.records import Record, Version


def combine(primary: Record, other: Record, number: int, now: int) -> Record:
    """The result: the older date of creation, all versions, all forms, and all ids that it has taken in."""
    result = Record(number, min(primary.created, other.created), [*sorted([*primary.modified, *other.modified]), now])
    for name in primary.history | other.history:
        versions = [*primary.history.get(name, []), *other.history.get(name, [])]
        result.history[name] = sorted(versions, key=lambda version: version.at)
        kept = primary.value(name) or other.value(name) or ""
        result.write(name, Version(kept, now, "MERGE_OBJECTS"))
    result.forms = sorted([*primary.forms, *other.forms], key=lambda one: one[1])
    taken = [*primary.merged, primary.number, *other.merged, other.number]
    result.merged = [one for one in dict.fromkeys(taken) if one != number]
    return result
