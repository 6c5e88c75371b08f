"""Which person each deal belongs to, from what has landed."""

from collections.abc import Callable
from functools import partial

from lead_sla.crm.merges import Merges
from lead_sla.crm.salesforce.deals import SMALLEST, Person, choose_person, set_person
from lead_sla.crm.salesforce.qualification import Qualification
from lead_sla.crm.salesforce.targets import Target
from lead_sla.crm.slices import Line
from lead_sla.crm.statements import Statements


class Persons:
    """The rule of deals: primary contact, contact of the converted lead, earliest qualified, smallest id."""

    def __init__(self, leads: Target, contacts: Target, merges: Merges) -> None:
        """Nothing is known yet."""
        self._leads, self._merges = leads, merges
        self._people = (leads.statements, contacts.statements)
        self._contacts = contacts.statements.known
        self._converted: dict[str, str] = {}
        self._qualification: Qualification | None = None

    def learn(self, qualification: Qualification) -> None:
        """Learn which contact each deal has from the lead that was converted into it, and when people qualified."""
        self._qualification = qualification
        known = self._leads.statements.known
        for name, lead, contact in sorted(self._merges.known, reverse=True):  # of several leads the smallest holds
            deal = known[lead].link if name == "lead" and lead in known else None
            is_there = deal and not known[lead].is_archived and not self._leads.merged_into(lead)
            if deal and is_there and not self._is_gone(contact):
                self._converted[deal] = contact

    def choose(self, deal: Line) -> Person:
        """The person of a deal."""
        gone = {one for one in (*deal["primary_ids"], *deal["role_ids"]) if self._is_gone(one)}
        converted = self._converted.get(deal["id"])
        person = choose_person(deal, converted, gone)
        if person[1] != SMALLEST or self._qualification is None:
            return person
        self._qualification.read(self._people)
        first = {one: self._qualification.first(one) for one in deal["role_ids"]}
        return choose_person(deal, converted, gone, {one: moment for one, moment in first.items() if moment})

    def find_changed(self, deals: Statements) -> dict[str, Callable[[Line], Line]]:
        """The deals that have another person than they landed with, and how to write it."""
        found: dict[str, Callable[[Line], Line]] = {}
        for line in deals.folder.lines():
            if line["version"] != deals.known[line["id"]].version:
                continue
            person = self.choose(line)
            if person == (line["contact_id"], line["person_rule"]):
                found.pop(line["id"], None)
            else:
                found[line["id"]] = partial(set_person, person=person)
        return found

    def _is_gone(self, contact: str) -> bool:
        """Whether a contact was deleted; all that are there have landed before the deals."""
        known = self._contacts.get(contact)
        return known is None or known.is_archived
