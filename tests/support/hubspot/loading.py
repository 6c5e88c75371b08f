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

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from lead_sla.sample import business, calendar_days, credit, deals, leads
from lead_sla.sample.columns import Table, pick, stack
from lead_sla.sample.company import ENV, FEEDS, MONTHS
from lead_sla.sample.seeds import COLUMNS, write_seeds
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.pipelines import Stage

SEGMENT: Final = "region"  # the contact property with the segment
HUBSPOT_FEEDS: Final = f"feeds:\n  - name: hubspot\n    source: hubspot\n    segment: {SEGMENT}\n"
PERSONAL: Final = ("Zephyrine", "Quillhaven", "quillhaven.example", "+49 30 5550")  # in every contact, never to be read
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
LEAD_COLUMNS: Final = ("event_id", "lead_id", "event_type", "occurred_at", "segment", "landing_page", "channel")
DEAL_COLUMNS: Final = ("event_id", "deal_id", "lead_id", "stage", "occurred_at", "amount", "currency")
Row = Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """The sample company: as an account, and as the rows of event files; the seeds fit both."""

    company: HubSpotCompany
    until: date
    lead_events: list[Row]
    deal_events: list[Row]
    seeds: dict[str, bytes]

    def write_files(self, home: Path) -> None:
        """Write the company's folder with event files, settings, feeds and seeds."""
        landing = {
            "landing/lead_events/events.csv": _csv(LEAD_COLUMNS, self.lead_events),
            "landing/deal_events/events.csv": _csv(DEAL_COLUMNS, self.deal_events),
        }
        self._write(home, {**landing, "feeds.yml": FEEDS})

    def write_folder(self, home: Path) -> None:
        """Write the company's folder with settings, feeds and seeds, for a pull to fill."""
        self._write(home, {"feeds.yml": HUBSPOT_FEEDS.encode()})

    def _write(self, home: Path, contents: dict[str, bytes]) -> None:
        seeds = {f"seeds/{name}": seed for name, seed in self.seeds.items()}
        for path, content in {".env": ENV, **contents, **seeds}.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(content)


def load_sample(until: date, seed: int = 7, scale: float = 1.0) -> Sample:
    """The sample company of 24 months up to a day; the clock of the account is half an hour after that day."""
    current = calendar_days.month_number(until)
    first = current - MONTHS + 1
    cohorts = [leads.draw_cohort(month, seed, scale) for month in range(first, current + 1)]
    company = HubSpotCompany(datetime.combine(until + timedelta(days=1), time(0, 30)))
    company.add_property("contacts", SEGMENT)
    touches = _known(stack([leads.tell_events(cohort, seed) for cohort in cohorts]), until)
    ids, lead_events = _load_contacts(company, touches)
    stage_events = _known(stack([deals.tell_deals(cohort, seed, scale) for cohort in cohorts]), until)
    deal_events = _load_deals(company, stage_events, ids)
    seeds = write_seeds(stack([credit.book(cohort) for cohort in cohorts]), first, until, seed, scale)
    return Sample(company, until, lead_events, deal_events, seeds | _seeds_of_codes(seeds))


def _known(events: Table, until: date) -> Table:
    known = pick(events, events["exported"] <= calendar_days.day_number(until))
    return pick(known, np.lexsort((known["event_id"], known["occurred"])))


def _load_contacts(company: HubSpotCompany, touches: Table) -> tuple[dict[str, str], list[Row]]:
    """The HubSpot id of each lead, and the events of all."""
    by_lead: dict[str, dict[int, tuple[str, str, str]]] = {}
    names = ("lead_id", "occurred", "event_type", "segment", "channel")
    for lead, occurred, *rest in zip(*(touches[name].tolist() for name in names), strict=True):
        touched = by_lead.setdefault(lead, {})
        if occurred not in touched or touched[occurred][0] not in CODES:
            touched[occurred] = tuple(rest)
    ids, rows = {}, []
    for lead, touched in by_lead.items():
        ids[lead], events = _load_contact(company, touched)
        rows += events
    return ids, [{"event_id": f"E-{number}", **row} for number, row in enumerate(rows)]


def _load_contact(company: HubSpotCompany, touched: dict[int, tuple[str, str, str]]) -> tuple[str, list[Row]]:
    first, (_, segment, channel) = next(iter(touched.items()))
    created, source = _moment(first - 1), SOURCES[channel]
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
        moment = _moment(occurred)
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
    return contact, [{"event_type": code, "occurred_at": _iso(moment), **shared} for moment, code in events]


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
            "amount": "" if np.isnan(amount) else f"{amount:.2f}".rstrip("0").rstrip("."),
            "deal_currency_code": currency,
        }
        moment, contact = _moment(occurred), ids.get(lead, "")
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
                "occurred_at": _iso(moment),
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
    """The seeds that name event types or stages, with HubSpot's codes."""
    hints = [*((f"created:{source}", f"Created: {source}") for source in SOURCES.values()), ("lifecycle:lead", "Lead")]
    types: list[tuple[object, ...]] = [(*hint, "anonymous", 0, "false") for hint in hints]
    types += [(CODES[one.code], one.label, one.funnel_stage, one.funnel_rank, "true") for one in business.EVENT_TYPES]
    stages = [
        (f"{pipeline}/{stage}", label, outcome, rank)
        for pipeline, ids in STAGE_IDS.items()
        for stage, (_, label, outcome, rank) in zip(ids, business.DEAL_STAGES, strict=True)
    ]
    card = list(csv.DictReader(io.StringIO(seeds["agreements/agreed_rate_card.csv"].decode())))
    rows: dict[str, Iterable[Row]] = {
        "reference/event_types": _named("reference/event_types", types),
        "reference/deal_stages": _named("reference/deal_stages", stages),
        "agreements/agreed_rate_card": [{**row, "event_type": CODES[row["event_type"]]} for row in card],
    }
    return {f"{name}.csv": _csv(COLUMNS[name], rows[name]) for name in rows}


def _named(table: str, rows: Iterable[Iterable[object]]) -> list[Row]:
    return [dict(zip(COLUMNS[table], map(str, row), strict=True)) for row in rows]


def _csv(columns: Iterable[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
