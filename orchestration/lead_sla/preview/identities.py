"""Finds what identifies the record of a row, the lead of a deal, and the event if each row has an id of its own."""

import re

from lead_sla.preview.contents import are_booleans, are_emails, are_ids, has_letters
from lead_sla.preview.name_patterns import ID_WORDS, OTHER_IDS, RANK_OF_BARE_PEOPLE
from lead_sla.preview.names import matched_name, rank
from lead_sla.preview.roles import NAMED_AS_EVENTS, Roles, choose, find_codes
from lead_sla.preview.samples import Sample, SampleColumn

NAMED_EVENT_IDS = (0, 1)  # of the ranks of names; another name can be that of a record as well
PERSON_WORDS = {"user", "member"}
CHANGE = re.compile(r"^(to|new) (stage|status|phase)$")
FEWEST_IDS = 2
FEWEST_IDS_SHARE = 0.1  # of the values of a column; people do not come more often on average


def assign_ids(roles: Roles, sample: Sample) -> None:
    """Assign ids by names, then by values; what values decide is in doubt."""
    texts = [name for name in sample.columns if name not in roles.dates and sample.columns[name].values]
    names = [name for name in texts if not OTHER_IDS.search(matched_name(name))]
    people = _find_people(names, sample)
    unique = [name for name in names if sample.columns[name].is_unique]
    record = _find_record(roles, unique)
    if record and rank(record, "record_id") == 0:
        roles.found[roles.own] = record
    elif roles.is_of_deals:
        roles.found |= choose("deal_id", names, roles) or ({"deal_id": record} if record else {})
    else:
        roles.found |= choose("lead_id", people, roles)
    if roles.is_of_deals:
        _assign_lead_of_deal(roles, people, unique, sample)
    if roles.own not in roles.found:
        _assign_by_values(roles, names, unique, record, sample)
    if roles.own not in roles.found and texts:
        _stand_in(roles, texts, sample)
    if roles.own in roles.found:
        _assign_event(roles, unique, record, sample)


def is_by_email(roles: Roles, sample: Sample) -> bool:
    """Whether an e-mail address identifies the lead."""
    lead = roles.get("lead_id")
    return lead is not None and are_emails(sample.columns[lead].distinct)


def _find_record(roles: Roles, unique: list[str]) -> str | None:
    """The column of the ids of the rows by its name, which can be that of anything but another thing."""
    other = "lead_id" if roles.is_of_deals else "deal_id"
    records = [name for name in unique if rank(name, other) is None and rank(name, "event_id") not in NAMED_EVENT_IDS]
    return choose("record_id", records, roles).get("record_id")


def _find_people(names: list[str], sample: Sample) -> list[str]:
    """The columns that can identify people; one with names of people only if there are no e-mail addresses."""
    columns = {name: sample.columns[name].distinct for name in names}
    has_emails = any(map(are_emails, columns.values()))
    return [
        name
        for name, texts in columns.items()
        if (rank(name, "lead_id") or 0) < RANK_OF_BARE_PEOPLE
        or (not are_booleans(texts) and (not has_emails or are_ids(texts) or are_emails(texts)))
    ]


def _find_email(names: list[str], sample: Sample) -> str | None:
    return next((name for name in names if are_emails(sample.columns[name].distinct)), None)


def _assign_lead_of_deal(roles: Roles, people: list[str], unique: list[str], sample: Sample) -> None:
    roles.found |= choose("lead_id", people, roles)
    if "lead_id" not in roles.found and (email := _find_email(people, sample)):
        roles.found["lead_id"] = email
    if "deal_id" not in roles.found and roles.get("lead_id") in unique:
        roles.found["deal_id"] = str(roles.get("lead_id"))


def _assign_by_values(roles: Roles, names: list[str], unique: list[str], record: str | None, sample: Sample) -> None:
    """A file of leads without a name for them has addresses of people, ids of records, or other ids."""
    if not roles.is_of_deals and _assign_stream(roles, names, unique, record, sample):
        return
    if record:
        roles.found[roles.own] = record
        return
    if not roles.is_of_deals and (email := _find_email(names, sample)):
        roles.found["lead_id"] = email
        return
    users, ids = _find_by_values(roles, names, unique, sample)
    candidates = [*users, *ids]
    if candidates:
        found, *others = candidates
        roles.found[roles.own] = found
        what = roles.own.removesuffix("_id")
        asked = f"is it, or is it in {', '.join(others)}?" if others else "is it?"
        roles.doubts.append(f"{found} is taken for the id of the {what} because of its values; {asked}")


def _assign_stream(roles: Roles, names: list[str], unique: list[str], record: str | None, sample: Sample) -> bool:
    """Whether each row is an event with an id of its own, of a person whom an address or another id tells."""
    users, ids = _find_by_values(roles, names, unique, sample)
    clear = [name for name in ids if ID_WORDS.search(matched_name(name)) or has_letters(sample.columns[name].distinct)]
    event_id = _find_event_id(roles, unique)
    row_id = event_id or record or next((name for name in clear if name in unique), None)
    if row_id is None or not _is_stream(roles, sample, row_id):
        return False
    others = [*users, *(name for name in clear if sample.columns[name].repeats)]
    person = _find_email(names, sample) or next((name for name in others if name != row_id), None)
    if person is None:
        return False
    roles.found |= {"event_id": row_id, "lead_id": person}
    if row_id != event_id or person in others:
        roles.doubts.append(
            f"each row is taken for an event with the id in {row_id}, of the lead in {person}; if it is a lead as it "
            "stands, use a feed of lead_records"
        )
    return True


def _find_by_values(roles: Roles, names: list[str], unique: list[str], sample: Sample) -> tuple[list[str], list[str]]:
    """The columns with values that can be ids: of users in a file of leads, and others, first those without repeats."""
    free = [
        name
        for name in sample.columns
        if name not in roles.used and name not in roles.dates and rank(name, "event_id") not in NAMED_EVENT_IDS
        if rank(name, "amount") is None and _vary(sample.columns[name])
    ]
    users = [] if roles.is_of_deals else [one for one in free if PERSON_WORDS & set(matched_name(one).split())]
    named = [one for one in free if one in names and one not in users]
    return users, [*(one for one in named if one in unique), *(one for one in named if one not in unique)]


def _vary(column: SampleColumn) -> bool:
    """Whether the values look like ids, and not like those of a category."""
    count = len(column.distinct)
    return are_ids(column.distinct) and count >= max(FEWEST_IDS, FEWEST_IDS_SHARE * len(column.values))


def _stand_in(roles: Roles, texts: list[str], sample: Sample) -> None:
    """Take the column with the most different values, so that there is a feed to correct."""
    what, other = ("deal", "lead") if roles.is_of_deals else ("lead", "deal")
    found = max(texts, key=lambda name: len(sample.columns[name].distinct))
    roles.found[roles.own] = found
    roles.has_stand_in = True
    roles.doubts.append(
        f"no column was found that identifies the {what} of a row; {found} stands in for it. The candidates are "
        f"{', '.join(texts)}. If none is, export the id of the {what}. If rows are {other}s, use a feed of {other}s"
    )


def _assign_event(roles: Roles, unique: list[str], record: str | None, sample: Sample) -> None:
    if "event_id" in roles.found:
        return
    own = roles.found[roles.own]
    event_id = _find_event_id(roles, unique)
    if event_id is None and sample.columns[own].repeats:
        event_id = choose("event_id", unique, roles).get("event_id")
    if event_id is None and record and record != own and _is_stream(roles, sample, record):
        event_id = record
        roles.doubts.append(
            f"each row is taken for an event, since {record} is unique and {own} is another id. If a row is a record "
            f"as it stands, it needs the kind {roles.own.removesuffix('_id')}_records"
        )
    if event_id and event_id not in roles.used:
        roles.found["event_id"] = event_id


def _find_event_id(roles: Roles, unique: list[str]) -> str | None:
    events = [name for name in unique if rank(name, "event_id") in NAMED_EVENT_IDS]
    return choose("event_id", events, roles).get("event_id")


def _is_stream(roles: Roles, sample: Sample, row_id: str) -> bool:
    """Whether rows with unique ids are events: they have one moment, and it is not that of a record's creation.

    The moment of an event can be called so too, where a column says what happened.
    """
    if rank(row_id, "event_id") in NAMED_EVENT_IDS:
        return True
    is_history = any(CHANGE.search(matched_name(name)) for name in sample.columns)
    moments = [name for name in roles.known_dates if is_history or rank(name, "modified") is None]
    if len(moments) != 1:
        return False
    [moment] = moments
    if roles.is_of_deals:
        return rank(moment, "created") is None and rank(moment, "closed") is None
    has_type = any(rank(name, "event_type") in NAMED_AS_EVENTS for name in find_codes(roles, sample))
    return has_type or rank(moment, "created") is None
