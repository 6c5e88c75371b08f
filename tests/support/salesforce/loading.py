"""The sample company as a Salesforce org, and the very same company as plain event files.

What an org cannot say is left out of both: repeated, conflicting and unreadable rows, landing pages, a channel for
each event (a person has one source, that of the first event), and the second of two events of a person in one second.
What it says besides is in both: every person is created a second before the first event. Page visits become that
creation.

- the three highest event types are statuses of the lead, the others campaigns that a person responds to on a day
- a status that a lead has already is left first, for `Working - Contacted`
- every fourth person without a status is a contact that was never a lead
- a lead is converted when its first deal begins, or as soon as it exists; the merge has the day of the conversion
- of two thirds of the deals the contact is primary; some have another contact, which is not
- a deal without a currency is in the currency of the org
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from lead_sla.sample import business
from lead_sla.sample.columns import Table
from tests.support.crm_samples import (
    PERSONAL,
    Row,
    Sample,
    Touch,
    group_touches,
    show_amount,
    tell_story,
    to_iso,
    to_moment,
    translate_seeds,
)
from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.converting import CONVERTED

SEGMENT: Final = "Region__c"
SALESFORCE_FEEDS: Final = f"feeds:\n  - name: salesforce\n    source: salesforce\n    segment: {SEGMENT}\n"
SOURCES: Final = {
    "organic_search": "Web",
    "paid_search": "Advertisement",
    "social": "Social Media",
    "email": "Email",
    "referral": "External Referral",
    "partner": "Partner",
}
WORKING: Final = "Working - Contacted"
STATUSES: Final = {"trial": "Trial", "contact_request": "Contact Requested", "demo_request": "Demo Requested"}
CAMPAIGNS: Final = {"newsletter": "Newsletter", "whitepaper": "Whitepaper", "webinar": "Webinar"}
CODES: Final = {kind: f"status:{status}" for kind, status in STATUSES.items()} | {
    kind: f"campaign:{campaign}" for kind, campaign in CAMPAIGNS.items()
}
STAGES: Final = {
    "qualified": "Qualification",
    "proposal": "Proposal/Price Quote",
    "reopened": "Negotiation/Review",
    "won": "Closed Won",
    "lost": "Closed Lost",
}
CURRENCY: Final = "USD"
EUR_PER_USD: Final = 0.92


def load_sample(until: date, seed: int = 7, scale: float = 1.0) -> Sample[SalesforceCompany]:
    """The sample company of 24 months up to a day; the clock of the org is half an hour after that day."""
    story = tell_story(until, seed, scale)
    company = SalesforceCompany(datetime.combine(until + timedelta(days=1), time(0, 30)))
    company.use_currencies(CURRENCY, EUR=EUR_PER_USD)
    company.add_rate("EUR", date(until.year - 2, 1, 1), EUR_PER_USD)
    for name in ("Lead", "Contact"):
        company.add_field(name, SEGMENT)
    for code, stage in STAGES.items():
        company.add_stage(stage, is_won=code == "won", is_closed=code in {"won", "lost"})
    deals = _Deals(company, story.deals)
    people = _People(company, deals.first)
    for lead, touched in group_touches(story.touches, CODES).items():
        people.add(lead, touched)
    deals.add_roles(people.contacts)
    seeds = story.seeds | _seeds_of_codes(story.seeds)
    return Sample(company, until, SALESFORCE_FEEDS, people.rows, deals.rows, people.merges, seeds)


class _Deals:
    """The opportunities, and the lead that each is about."""

    def __init__(self, company: SalesforceCompany, events: Table) -> None:
        self.rows: list[dict[str, str]] = []
        self.first: dict[str, tuple[str, datetime]] = {}  # of each lead: its first opportunity, and when that began
        self._company = company
        self._leads: dict[str, str] = {}  # of each opportunity
        ids: dict[str, str] = {}
        names = ("deal_id", "lead_id", "stage", "occurred", "amount", "currency")
        for deal, lead, stage, occurred, amount, currency in zip(*(events[one].tolist() for one in names), strict=True):
            moment, shown = to_moment(occurred), show_amount(amount)
            state = {"StageName": STAGES[stage], "Amount": float(shown) if shown else None}
            if deal not in ids:
                name = " ".join(PERSONAL[:2])
                ids[deal] = company.add_opportunity(moment, Name=name, CurrencyIsoCode=currency or CURRENCY, **state)
                self._leads[ids[deal]] = lead
                self.first.setdefault(lead, (ids[deal], moment))
            else:
                company.edit("Opportunity", ids[deal], moment, CurrencyIsoCode=currency or CURRENCY, **state)
            self.rows.append(
                {
                    "event_id": f"S-{len(self.rows)}",
                    "deal_id": ids[deal],
                    "lead_id": lead,
                    "stage": STAGES[stage],
                    "occurred_at": to_iso(moment),
                    "amount": shown,
                    "currency": currency or CURRENCY,
                }
            )

    def add_roles(self, contacts: dict[str, str]) -> None:
        """Give each deal its contact, by lead; a converted lead's first deal has it already."""
        company, other = self._company, ""
        for place, (deal, lead) in enumerate(self._leads.items()):
            contact = contacts.get(lead, "")
            roles = company.tables["OpportunityContactRole"]
            if contact and not roles.where(OpportunityId=deal):
                company.add_role(deal, contact, is_primary=True, at=company.now)
            if contact and place % 3 == 0:
                for role in roles.where(OpportunityId=deal):
                    company.edit("OpportunityContactRole", role, IsPrimary=False)
            elif contact and other and place % 10 == 4:
                company.add_role(deal, other)
            other = contact
        for row in self.rows:
            row["lead_id"] = contacts.get(row["lead_id"], "")


class _People:
    """The leads and contacts."""

    def __init__(self, company: SalesforceCompany, first_deals: dict[str, tuple[str, datetime]]) -> None:
        self.rows: list[Row] = []
        self.merges: list[Row] = []
        self.contacts: dict[str, str] = {}  # the contact that a lead of the sample company is, or became
        self._company = company
        self._first_deals = first_deals
        self._campaigns: dict[tuple[str, date], str] = {}

    def add(self, lead: str, touched: dict[int, Touch]) -> None:
        """Create a person, and let everything happen to it in the order of time."""
        seconds, first = min(touched), touched[min(touched)]
        created, source = to_moment(seconds - 1), SOURCES[first.channel]
        values = self._values(seconds, first, source)
        has_status = any(one.kind in STATUSES for one in touched.values())
        is_lead = has_status or len(self.contacts) % 4 != 0
        person = self._company.add_lead(created, **values) if is_lead else self._company.add_contact(created, **values)
        shared = {"segment": first.segment, "landing_page": "", "channel": source}
        self._tell(person, f"{'lead' if is_lead else 'contact'}:{source}", to_iso(created), shared)
        deal, begun = self._first_deals.get(lead, (None, None))
        self.contacts[lead] = "" if is_lead else person
        timeline = sorted((to_moment(second), touch) for second, touch in touched.items())
        converted = max(begun, created) if is_lead and begun else None
        for moment, touch in timeline:
            if converted and moment > converted:
                self._convert(lead, person, deal, converted, shared)
                converted = None
            if touch.kind in STATUSES:
                self._set_status(person, STATUSES[touch.kind], moment, shared)
            elif touch.kind in CAMPAIGNS:
                self._respond(person, CAMPAIGNS[touch.kind], moment, shared)
        if converted:
            self._convert(lead, person, deal, converted, shared)

    def _values(self, seconds: int, first: Touch, source: str) -> dict[str, str | None]:
        return {
            "FirstName": PERSONAL[0],
            "LastName": PERSONAL[1],
            "Name": " ".join(PERSONAL[:2]),
            "Email": f"{seconds}@{PERSONAL[2]}",
            "Phone": f"{PERSONAL[3]} {seconds}",
            "LeadSource": source,
            SEGMENT: first.segment or None,
        }

    def _set_status(self, lead: str, status: str, moment: datetime, shared: Row) -> None:
        if self._company.tables["Lead"].rows[lead]["Status"] == status:
            self._set_status(lead, WORKING, moment - timedelta(seconds=1), shared)
        self._company.edit("Lead", lead, moment, Status=status)
        self._tell(lead, f"status:{status}", to_iso(moment), shared)

    def _respond(self, person: str, kind: str, moment: datetime, shared: Row) -> None:
        day = moment.date()
        campaign = self._campaigns.get((kind, day)) or self._company.add_campaign(kind, f"{kind} {day}", moment)
        self._campaigns[kind, day] = campaign
        members = self._company.tables["CampaignMember"]
        place = "LeadId" if person in self._company.tables["Lead"].rows else "ContactId"
        if not any(members.rows[one]["CampaignId"] == campaign for one in members.where(**{place: person})):
            self._company.add_member(campaign, person, day, moment)
            self._tell(person, f"campaign:{kind}", day.isoformat(), shared)

    def _convert(self, lead: str, person: str, deal: str | None, moment: datetime, shared: Row) -> None:
        contact = self.contacts[lead] = self._company.convert(person, deal, moment)
        self._tell(person, f"status:{CONVERTED}", to_iso(moment), shared)
        merge = {"event_id": f"M-{len(self.merges)}", "record_type": "lead", "from_id": person, "into_id": contact}
        self.merges.append({**merge, "occurred_at": moment.date().isoformat(), "action": ""})

    def _tell(self, person: str, code: str, when: str, shared: Row) -> None:
        event = {"event_id": f"E-{len(self.rows)}", "lead_id": person, "event_type": code, "occurred_at": when}
        self.rows.append({**event, **shared})


def _seeds_of_codes(seeds: dict[str, bytes]) -> dict[str, bytes]:
    made = [(f"{kind}:{source}", f"{kind}: {source}") for kind in ("lead", "contact") for source in SOURCES.values()]
    hints = [*made, *((f"status:{status}", status) for status in (WORKING, CONVERTED))]
    stages = [(STAGES[code], label, outcome, rank) for code, label, outcome, rank in business.DEAL_STAGES]
    return translate_seeds(seeds, CODES, hints, stages)
