"""Finds the lists of events inside the rows of a JSON file."""

import re
from dataclasses import dataclass

from lead_sla.preview.contents import are_ids
from lead_sla.preview.dates import read_dates
from lead_sla.preview.name_patterns import DATE_WORDS
from lead_sla.preview.names import matched_name
from lead_sla.preview.samples import SampleColumn

MOST_CODES = 60  # distinct texts of a column that holds codes
CODE_NAME = re.compile(r"^(value|new value|name|to)$|\b(type|stage|event|status|phase|etape|etapa)\b")


@dataclass(frozen=True)
class EventList:
    """A list whose elements are events: their fields with the code and the moment, and whether names tell which."""

    code: str
    moment: str
    is_named: bool


def find_events(column: SampleColumn) -> EventList | None:
    """The fields of the elements of a list; None unless one has dates and another few different texts."""
    moments: list[str] = []
    codes: dict[str, list[str]] = {}
    for name in dict.fromkeys(key for element in column.elements for key in element):
        found = [element[name] for element in column.elements if element.get(name) not in (None, "")]
        texts = [str(text) for text in found if not isinstance(text, dict | list)]
        if not texts or len(texts) < len(found):
            continue
        if read_dates(texts, may_be_numbers=bool(DATE_WORDS.search(matched_name(name)))):
            moments.append(name)
        elif len(set(texts)) <= MOST_CODES:
            codes[name] = texts
    if not moments or not codes:
        return None
    named = [name for name in codes if CODE_NAME.search(matched_name(name))]
    code = named[0] if named else min(codes, key=lambda name: are_ids(codes[name]))
    return EventList(code, moments[0], bool(named))
