"""When each person first did something that qualifies, for deals with several contacts."""

from collections.abc import Collection, Mapping

from lead_sla.crm.merges import Merges
from lead_sla.crm.slices import Line
from lead_sla.crm.statements import Statements
from lead_sla.errors import InputError
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import find_table
from lead_sla.settings import Settings

PEOPLE = ("lead", "contact")


class Qualification:
    """The first qualifying event of all records that are one person. Read when it is first asked for."""

    def __init__(self, codes: Collection[str], words: Mapping[str, str], merges: Merges) -> None:
        """Nothing is read yet.

        Args:
            codes: the event types that qualify.
            words: what the company calls the codes of Salesforce.
            merges: which records are one person.
        """
        self._codes, self._words = codes, words
        self._merges = merges
        self._first: dict[str, str] | None = None

    def read(self, people: Collection[Statements]) -> None:
        """Read what has landed of leads and contacts, once."""
        if self._first is not None:
            return
        self._first = {}
        for statements in people:
            for record_id, moment in self._read_first(statements).items():
                person = self._resolve(record_id)
                self._first[person] = min(moment, self._first.get(person, moment))

    def first(self, contact_id: str) -> str | None:
        """When a person first qualified; None if never."""
        return (self._first or {}).get(self._resolve(contact_id))

    def _read_first(self, statements: Statements) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in statements.folder.lines():
            known = statements.known[line["id"]]
            if line["version"] != known.version:
                continue
            moments = [] if line["archived"] else self._moments(line)
            if moments:
                found[line["id"]] = min(moments)
            else:
                found.pop(line["id"], None)
        return found

    def _moments(self, line: Line) -> list[str]:
        events = (*line["events"], *line.get("statuses", ()))
        return [event["at"] for event in events if self._words.get(event["code"], event["code"]) in self._codes]

    def _resolve(self, record_id: str) -> str:
        """The record that the last merge of a chain leads to."""
        seen = {record_id}
        while True:
            into = {one for name in PEOPLE for one in self._merges.into(name, record_id)} - seen
            if not into:
                return record_id
            record_id = max(into)
            seen.add(record_id)


def read_qualification(settings: Settings, source: CrmSource, merges: Merges) -> Qualification:
    """With the event types of the seed; what is wrong in it, or in feeds.yml, is reported by `lead-sla check`."""
    rows = [row for row in read_seed(find_table("event_types"), settings.seeds).rows if row.values.get("is_qualifying")]
    codes = {code for row in rows for code in (row.texts["event_type"], *(row.values.get("aliases") or ()))}
    try:
        feeds = load_feeds(settings.feeds)
    except InputError:
        feeds = ()
    words = [feed.options.values.get("event_type", {}) for feed in feeds if feed.name in source.feed_names]
    return Qualification(codes, words[0] if words else {}, merges)
