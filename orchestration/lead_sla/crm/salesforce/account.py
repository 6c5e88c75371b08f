"""A pull of one org: each object after the other, from where its landed slices end."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from lead_sla.crm.clock import Clock
from lead_sla.crm.merges import Merges
from lead_sla.crm.moments import floor_moment
from lead_sla.crm.salesforce.changes import pull_belonging, pull_changes, sweep
from lead_sla.crm.salesforce.client import Org, Row
from lead_sla.crm.salesforce.deals import RULES, set_person, to_deal
from lead_sla.crm.salesforce.objects import (
    CAMPAIGN_MEMBER,
    CONTACT,
    LEAD,
    LEAD_HISTORY,
    OPPORTUNITY,
    OPPORTUNITY_HISTORY,
    ROLE,
    STAGE,
    SObject,
)
from lead_sla.crm.salesforce.people import by_owner, set_lead, to_contact, to_lead
from lead_sla.crm.salesforce.persons import Persons
from lead_sla.crm.salesforce.qualification import read_qualification
from lead_sla.crm.salesforce.reading import read_by
from lead_sla.crm.salesforce.schema import Schema, read_schema
from lead_sla.crm.salesforce.soql import select
from lead_sla.crm.salesforce.targets import Target
from lead_sla.crm.slices import Line, SliceFolder
from lead_sla.crm.statements import Statements
from lead_sla.crm.sweeps import is_sweep_due
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings

SOURCE = "salesforce"
RESPONSES, ROLES = "responses", "roles"
Report = Callable[[str], None]


def pull_account(settings: Settings, source: CrmSource, org: Org, clock: Clock, report: Report) -> dict[str, int]:
    """Read what is new of leads, contacts and deals, and return how many lines were written to each folder.

    Raises:
        PullError: Salesforce could not be read to the end; what was written is kept.
    """
    begun_at = floor_moment(clock.now())
    today = begun_at.astimezone(ZoneInfo(settings.business_timezone)).date().isoformat()
    pull = AccountPull(read_schema(org, source), org, settings.landing_dir / SOURCE, begun_at, today, report)
    pull.pull_people()
    pull.pull_deals(settings, source)
    return pull.written()


class AccountPull:
    """One pull of one org."""

    def __init__(self, schema: Schema, org: Org, folder: Path, begun_at: datetime, today: str, report: Report) -> None:
        """Read back what has landed."""
        self._schema, self._org, self._report = schema, org, report
        self._begun_at = begun_at
        self._folder = folder
        self._merges_folder = SliceFolder(folder / "merges", SOURCE, begun_at)
        self._merges = Merges(self._merges_folder, today)
        self._leads = self._make_target("lead", LEAD, "deal_id", self._to_leads)
        self._contacts = self._make_target("contact", CONTACT, "lead_id", self._to_contacts)
        self._deals = self._make_target("deal", OPPORTUNITY, "contact_id", self._to_deals)
        self._persons = Persons(self._leads, self._contacts, self._merges)
        self._closed: frozenset[str] = frozenset()

    def pull_people(self) -> None:
        """Leads before contacts, since a contact that was a lead began as that."""
        for target in (self._leads, self._contacts):
            pull_changes(target)
        pull_belonging(self._leads, RESPONSES, CAMPAIGN_MEMBER, self._read_responders)
        for target in (self._leads, self._contacts):
            self._sweep_if_due(target)
            target.correct_merged()
        self._correct_leads_of_contacts()

    def pull_deals(self, settings: Settings, source: CrmSource) -> None:
        """Deals, and who each belongs to; people have to be read before."""
        self._persons.learn(read_qualification(settings, source, self._merges))
        if self._schema.has(STAGE):
            rows = self._org.query(select(self._schema.of(STAGE), STAGE.name))
            self._closed = frozenset(str(row["ApiName"]) for row in rows if row["IsClosed"])
        pull_changes(self._deals)
        pull_belonging(self._deals, ROLES, ROLE, self._read_deals_of_roles)
        self._sweep_if_due(self._deals)
        self._deals.rewrite("people", self._persons.find_changed(self._deals.statements))
        self._report_rules()

    def written(self) -> dict[str, int]:
        """How many lines were written to each folder."""
        targets = (self._leads, self._contacts, self._deals)
        lines = {target.name: target.statements.folder.written for target in targets}
        return {**lines, "merges": self._merges_folder.written}

    def _make_target(
        self, singular: str, sobject: SObject, link: str, to_lines: Callable[[Sequence[Row]], list[Line]]
    ) -> Target:
        return Target(
            org=self._org,
            schema=self._schema,
            name=f"{singular}s",
            singular=singular,
            sobject=sobject,
            statements=Statements(SliceFolder(self._folder / f"{singular}s", SOURCE, self._begun_at), link),
            merges=self._merges,
            begun_at=self._begun_at,
            to_lines=to_lines,
            report=self._report,
        )

    def _sweep_if_due(self, target: Target) -> None:
        if is_sweep_due(target.statements.folder.headers(), self._begun_at):
            sweep(target, self._read_leads_of)

    def _read_leads_of(self, gone: Collection[str]) -> None:
        """The leads that contacts were, whose responses go with the contacts."""
        contacts = set(gone)
        self._leads.write_read(
            "gone", [lead for name, lead, into in self._merges.known if name == "lead" and into in contacts]
        )

    def _to_leads(self, rows: Sequence[Row]) -> list[Line]:
        ids = [str(row["Id"]) for row in rows]
        history = self._belonging_to(LEAD_HISTORY, "LeadId", ids, "Field = 'Status'")
        members = self._belonging_to(CAMPAIGN_MEMBER, "LeadId", ids)
        return [
            to_lead(
                row,
                self._schema.segment,
                history.get(one, ()),
                members.get(one, ()),
                is_gone=self._leads.is_gone(row),
            )
            for one, row in zip(ids, rows, strict=True)
        ]

    def _to_contacts(self, rows: Sequence[Row]) -> list[Line]:
        ids = [str(row["Id"]) for row in rows]
        # A member that was a lead names the contact too; it stays with the lead.
        members = self._belonging_to(CAMPAIGN_MEMBER, "ContactId", ids, "LeadId = null")
        leads = self._leads_of_contacts()
        return [
            to_contact(
                row,
                self._schema.segment,
                members.get(one, ()),
                leads.get(one),
                is_gone=self._contacts.is_gone(row),
            )
            for one, row in zip(ids, rows, strict=True)
        ]

    def _to_deals(self, rows: Sequence[Row]) -> list[Line]:
        ids = [str(row["Id"]) for row in rows]
        history = self._belonging_to(OPPORTUNITY_HISTORY, "OpportunityId", ids)
        roles = self._belonging_to(ROLE, "OpportunityId", ids)
        deals = [
            to_deal(row, history.get(one, ()), roles.get(one, ()), self._closed)
            for one, row in zip(ids, rows, strict=True)
        ]
        return [set_person(deal, self._persons.choose(deal)) for deal in deals]

    def _belonging_to(
        self, sobject: SObject, field: str, ids: Sequence[str], condition: str = ""
    ) -> dict[str, list[Row]]:
        return by_owner(read_by(self._org, self._schema, sobject, field, ids, condition), field)

    def _read_responders(self, members: Sequence[Row]) -> None:
        self._contacts.write_read(RESPONSES, [str(row["ContactId"]) for row in members if not row["LeadId"]])
        self._leads.write_read(RESPONSES, [str(row["LeadId"]) for row in members if row["LeadId"]])

    def _read_deals_of_roles(self, roles: Sequence[Row]) -> None:
        self._deals.write_read(ROLES, [str(row["OpportunityId"]) for row in roles])

    def _leads_of_contacts(self) -> dict[str, str]:
        """The lead that each contact was, of several the smallest; one that was deleted counts no more."""
        known = self._leads.statements.known
        found: dict[str, str] = {}
        for name, lead, contact in self._merges.known:
            is_there = name == "lead" and lead in known and not known[lead].is_archived
            if is_there and not self._leads.merged_into(lead):
                found[contact] = min(lead, found.get(contact, lead))
        return found

    def _correct_leads_of_contacts(self) -> None:
        leads = self._leads_of_contacts()
        known = self._contacts.statements.known
        changed = [one for one, statement in known.items() if statement.link != leads.get(one)]
        self._contacts.rewrite("converted", {one: partial(set_lead, lead_id=leads.get(one)) for one in changed})

    def _report_rules(self) -> None:
        """Which rule found the persons of how many deals, of all that have landed."""
        rules: dict[str, str | None] = {}
        for line in self._deals.statements.folder.lines():
            if line["version"] == self._deals.statements.known[line["id"]].version:
                rules[line["id"]] = None if line["archived"] else line["person_rule"]
        counts = Counter(rules.values())
        found = [f"{rule} {counts[rule]:,}" for rule in RULES if counts[rule]]
        if found:
            self._report(f"deals: the person of each by {', '.join(found)}.")
