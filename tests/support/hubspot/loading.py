"""The sample company as a HubSpot account, and the very same company as plain event files.

What an account cannot say is left out of both: repeated, conflicting and unreadable rows (there is one record a
contact, and its current state), landing pages, a channel for each event (a contact has one original source, that of its
first event), and the second of two events of a contact in one second. What it says besides is in both: every contact is
created, as a `lead`, a second before its first event. Page visits become that creation.

- the two highest event types are lifecycle stages, the others forms; a stage that a contact reaches again, or goes back
  to, is cleared first, as HubSpot demands it
- inbound deals are in the default pipeline, those that Sales found in a second one, whose ids are numbers
- a deal without an amount or a currency had it cleared
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
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.pipelines import Stage

SEGMENT: Final = "region"  # the contact property with the segment
HUBSPOT_FEEDS: Final = f"feeds:\n  - name: hubspot\n    source: hubspot\n    segment: {SEGMENT}\n"
SOURCES: Final = {
    "organic_search": "ORGANIC_SEARCH",
    "paid_search": "PAID_SEARCH",
    "social": "SOCIAL_MEDIA",
    "email": "EMAIL_MARKETING",
    "referral": "REFERRALS",
    "partner": "OFFLINE",
}
LIFECYCLE: Final = {"contact_request": "salesqualifiedlead", "demo_request": "opportunity"}
FORMS: Final = {
    "newsletter": "0f9a1d30-5c1e-4a62-9d52-1a4c9f6e0b11",
    "whitepaper": "3b7e2c84-7f0d-4c39-8a15-52d0c3e9b722",
    "webinar": "6c5d4e1f-2a8b-4f70-b3c6-8e91d7a4f033",
    "trial": "9e8f7a60-4b3c-4d81-a2f9-c07b5e6d1844",
}
CODES: Final = {kind: f"form:{guid}" for kind, guid in FORMS.items()} | {
    kind: f"lifecycle:{stage}" for kind, stage in LIFECYCLE.items()
}
LIFECYCLE_ORDER: Final = ("lead", *LIFECYCLE.values())
INBOUND, OUTBOUND = "default", "74635201"
STAGE_IDS: Final = {
    INBOUND: ("qualifiedtobuy", "contractsent", "1098765432", "closedwon", "closedlost"),
    OUTBOUND: ("1190011", "1190012", "1190013", "1190014", "1190015"),
}
PROBABILITIES: Final = {"open": ("0.4", False), "won": ("1.0", True), "lost": ("0.0", True)}


def load_sample(until: date, seed: int = 7, scale: float = 1.0) -> Sample[HubSpotCompany]:
    """The sample company of 24 months up to a day; the clock of the account is half an hour after that day."""
    story = tell_story(until, seed, scale)
    company = HubSpotCompany(datetime.combine(until + timedelta(days=1), time(0, 30)))
    company.add_property("contacts", SEGMENT)
    ids, lead_events = _load_contacts(company, story.touches)
    deal_events = _load_deals(company, story.deals, ids)
    seeds = story.seeds | _seeds_of_codes(story.seeds)
    return Sample(company, until, HUBSPOT_FEEDS, lead_events, deal_events, [], seeds)


def _load_contacts(company: HubSpotCompany, touches: Table) -> tuple[dict[str, str], list[Row]]:
    """The HubSpot id of each lead, and the events of all."""
    ids, rows = {}, []
    for lead, touched in group_touches(touches, CODES).items():
        ids[lead], events = _load_contact(company, touched)
        rows += events
    return ids, [{"event_id": f"E-{number}", **row} for number, row in enumerate(rows)]


def _load_contact(company: HubSpotCompany, touched: dict[int, Touch]) -> tuple[str, list[Row]]:
    first, (_, segment, channel) = next(iter(touched.items()))
    created, source = to_moment(first - 1), SOURCES[channel]
    values = {
        "firstname": PERSONAL[0],
        "lastname": PERSONAL[1],
        "email": f"{first}@{PERSONAL[2]}",
        "phone": f"{PERSONAL[3]} {first}",
        "hs_analytics_source": source,
        "lifecyclestage": "lead",
        SEGMENT: segment,
    }
    contact = company.add_contact(created, **values)
    events, reached = [(created, f"created:{source}"), (created, "lifecycle:lead")], "lead"
    for occurred, (kind, *_) in touched.items():
        moment = to_moment(occurred)
        if kind in FORMS:
            company.submit_form(contact, FORMS[kind], moment)
        elif kind in LIFECYCLE:
            if LIFECYCLE_ORDER.index(LIFECYCLE[kind]) <= LIFECYCLE_ORDER.index(reached):
                company.edit("contacts", contact, moment - timedelta(milliseconds=500), lifecyclestage="")
            reached = LIFECYCLE[kind]
            company.edit("contacts", contact, moment, lifecyclestage=reached)
        if kind in CODES:
            events.append((moment, CODES[kind]))
    shared = {"lead_id": contact, "segment": segment, "landing_page": "", "channel": source}
    return contact, [{"event_type": code, "occurred_at": to_iso(moment), **shared} for moment, code in events]


def _load_deals(company: HubSpotCompany, events: Table, ids: dict[str, str]) -> list[Row]:
    _add_stages(company)
    codes = [stage for stage, *_ in business.DEAL_STAGES]
    deal_ids: dict[str, str] = {}
    rows: list[Row] = []
    names = ("deal_id", "lead_id", "stage", "occurred", "amount", "currency")
    for deal, lead, stage, occurred, amount, currency in zip(*(events[name].tolist() for name in names), strict=True):
        pipeline = INBOUND if lead.startswith("L-") else OUTBOUND
        state = {
            "pipeline": pipeline,
            "dealstage": STAGE_IDS[pipeline][codes.index(stage)],
            "amount": show_amount(amount),
            "deal_currency_code": currency,
        }
        moment, contact = to_moment(occurred), ids.get(lead, "")
        if deal not in deal_ids:
            name = f"{PERSONAL[0]} {PERSONAL[1]}"
            deal_ids[deal] = company.add_deal(*filter(None, [contact]), at=moment, dealname=name, **state)
        else:
            company.edit("deals", deal_ids[deal], moment, **state)
        rows.append(
            {
                "event_id": f"S-{len(rows)}",
                "deal_id": deal_ids[deal],
                "lead_id": contact,
                "stage": f"{pipeline}/{state['dealstage']}",
                "occurred_at": to_iso(moment),
                "amount": state["amount"],
                "currency": currency,
            }
        )
    return rows


def _add_stages(company: HubSpotCompany) -> None:
    company.add_pipeline(OUTBOUND, "Outbound")
    for pipeline, stages in STAGE_IDS.items():
        for stage, (_, label, outcome, _) in zip(stages, business.DEAL_STAGES, strict=True):
            company.add_stage(pipeline, Stage(stage, label, *PROBABILITIES[outcome]))


def _seeds_of_codes(seeds: dict[str, bytes]) -> dict[str, bytes]:
    hints = [*((f"created:{source}", f"Created: {source}") for source in SOURCES.values()), ("lifecycle:lead", "Lead")]
    stages = [
        (f"{pipeline}/{stage}", label, outcome, rank)
        for pipeline, ids in STAGE_IDS.items()
        for stage, (_, label, outcome, rank) in zip(ids, business.DEAL_STAGES, strict=True)
    ]
    return translate_seeds(seeds, CODES, hints, stages)
