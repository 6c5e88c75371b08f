"""Makes a proposed feed of what was found in a file."""

import glob
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from lead_sla.errors import InputError
from lead_sla.preview.assignment import assign_roles
from lead_sla.preview.columns import add_event_columns, add_record_columns, find_moment, list_unmapped
from lead_sla.preview.entries import Entry
from lead_sla.preview.forms import DetectedForm
from lead_sla.preview.identities import is_by_email
from lead_sla.preview.name_patterns import RANK_OF_BARE_PEOPLE
from lead_sla.preview.names import rank
from lead_sla.preview.roles import Roles
from lead_sla.preview.samples import Sample
from lead_sla.preview.value_options import add_value_options

TRAILING_NUMBER = re.compile(r"[-_. (]*\d[\d_.:T() -]*(Z|AM|PM)?$")
ODD = re.compile(r"[^a-z0-9]+")
DELIMITERS = {"\t": "tab"}


@dataclass(frozen=True)
class Proposal:
    """A proposed feed, and what a row of the file was found to be."""

    entry: Entry
    shape: str


def propose(path: str, detected: DetectedForm, sample: Sample, timezone: str) -> Proposal:
    """Propose a feed for a file; `timezone` is that of the business.

    Raises:
        InputError: no column has values that could identify a row.
    """
    roles = assign_roles(path, sample)
    own = roles.get(roles.own)
    if own is None:
        raise InputError(
            f"{path}: no column identifies the lead or the deal of a row; its columns are {', '.join(sample.columns)}. "
            "Export the id of the record as well."
        )
    what = "deal" if roles.is_of_deals else "lead"
    entry = Entry({"name": _name(path), "kind": f"{what}_events", "files": _pattern(path)})
    _add_form(entry, detected)
    for doubt in roles.doubts:
        entry.doubt("columns", doubt)
    moment = find_moment(roles, sample) if "event_id" in roles.found else None
    if moment:
        shape = f"Each row is an event: the ids in {roles.get('event_id')} are unique."
        moments = add_event_columns(entry, roles, sample, moment)
    else:
        shape, moments = add_record_columns(entry, roles, sample)
    _question_lead(entry, roles, sample)
    add_value_options(entry, roles, sample, moments, timezone)
    if others := list_unmapped(entry, sample):
        entry.hint("columns", f"not mapped, kept as attributes: {', '.join(others)}")
    if empty := [one for one in detected.names if one not in sample.columns and f"{one} [1]" not in sample.columns]:
        entry.hint("columns", f"without any value: {', '.join(dict.fromkeys(empty))}")
    return Proposal(entry, shape)


def _question_lead(entry: Entry, roles: Roles, sample: Sample) -> None:
    """Say so if nothing tells which lead it is, or perhaps a name or an address instead of an id."""
    lead = roles.get("lead_id")
    if lead is None:
        entry.doubt("columns", "no column has the lead of a deal, and without one no lead is credited: add lead_id")
    elif is_by_email(roles, sample):
        other = "leads" if roles.is_of_deals else "deals"
        entry.doubt("columns", f"{lead} identifies the lead; the feed of {other} has to have the same in lead_id")
    elif roles.is_of_deals and (rank(lead, "lead_id") or 0) >= RANK_OF_BARE_PEOPLE:
        entry.doubt("columns", f"{lead} has to be the id that the feed of leads has; a name credits no lead")


def _name(path: str) -> str:
    stem = TRAILING_NUMBER.sub("", _stem(path)) or "feed"
    folders = [part for part in PurePosixPath(path).parts[:-1] if not stem.lower().startswith(part.lower())]
    parts = [*folders, stem]
    return ODD.sub("_", "_".join(part for part in parts if "=" not in part).lower()).strip("_") or "feed"


def _pattern(path: str) -> str:
    """The file's path, with a star for a date or number at the end of its name, which the next export changes."""
    stem = _stem(path)
    ending = PurePosixPath(path).name.removeprefix(stem)
    short = TRAILING_NUMBER.sub("", stem)
    folder = [part if "=" not in part else f"{part.partition('=')[0]}=*" for part in PurePosixPath(path).parts[:-1]]
    name = f"{glob.escape(short)}*{ending}" if short and short != stem else glob.escape(stem) + ending
    return "/".join([*(part if part.endswith("=*") else glob.escape(part) for part in folder), name])


def _stem(path: str) -> str:
    return PurePosixPath(PurePosixPath(path).name.removesuffix(".gz")).stem


def _add_form(entry: Entry, detected: DetectedForm) -> None:
    form = detected.form
    given: dict[str, object] = {}
    if form.delimiter != ",":
        given["delimiter"] = DELIMITERS.get(form.delimiter, form.delimiter)
    if form.encoding:
        given["encoding"] = form.encoding
    if form.header_row != 1:
        given["header_row"] = form.header_row
    if form.ignore_after_blank_line:
        given["footer"] = {"ignore_after_blank_line": True}
    if form.sheet:
        given["sheet"] = form.sheet
    entry.keys |= given
    for key, text in detected.doubts.items():
        entry.doubt(key, text)
