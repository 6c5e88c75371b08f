"""Whatever happens in Salesforce and to the pulls of it: in the end the landed rows are those of a fresh backfill."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.crm.errors import PullError
from tests.support.random_cases import try_cases
from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.exchange import Request
from tests.support.salesforce.refusals import bad_gateway, server_unavailable
from tests.support.salesforce.server import running
from tests.support.salesforce_pulls import PAGE_ROWS, SMALL_SLICES, Org, small_company

LATE = timedelta(minutes=14)  # how long a transaction can take
SEED = "event_type,label,funnel_stage,funnel_rank,is_qualifying\n"
QUALIFYING = ("contact:Web", "status:s1", "campaign:Webinar")
LASTING = {"limit": "reach_limit", "refused": "refuse_tokens"}
ONCE = {"token": "expire_token", "queries": "expire_queries", "drop": "drop"}
ANSWERS = {"unavailable": server_unavailable, "gateway": bad_gateway}
people = st.sampled_from(["Lead", "Contact"])
records = st.sampled_from(["Lead", "Contact", "Opportunity"])
numbers = st.integers(0, 40)
edits = st.one_of(
    st.tuples(st.just("add"), records, st.booleans()),
    st.tuples(st.just("edit"), records, numbers),
    st.tuples(st.just("respond"), people, numbers),
    st.tuples(st.just("role"), numbers, numbers, st.booleans()),
    st.tuples(st.just("take role"), numbers),
    st.tuples(st.just("convert"), numbers, numbers),
    st.tuples(st.just("merge"), people, numbers, numbers),
    st.tuples(st.just("delete"), records, numbers),
    st.tuples(st.just("undelete"), records, numbers),
    st.tuples(st.just("purge"), records, numbers),
)
steps = st.one_of(
    edits,
    edits,
    edits,
    st.tuples(st.just("pass"), st.floats(0.0001, 2.5)),
    st.tuples(st.just("pull")),
    st.tuples(st.just("stop"), st.integers(1, 40), st.sampled_from(sorted({*LASTING, *ONCE, *ANSWERS}))),
    st.tuples(st.just("during"), st.integers(1, 40), edits),
)


def pick(ids: list[str], number: int) -> str | None:
    return ids[number % len(ids)] if ids else None


def add(company: SalesforceCompany, kind: str, is_late: bool) -> None:
    at = company.now - LATE if is_late else None
    if kind == "Lead":
        company.add_lead(at, LeadSource="Web", Region__c="emea")
    elif kind == "Contact":
        company.add_contact(at, LeadSource="Web")
    else:
        company.add_opportunity(at, StageName="Closed Won" if is_late else "Open", Amount=10.0)


def edit(company: SalesforceCompany, kind: str, number: int) -> None:
    one = pick(company.ids(kind), number)
    values: dict[str, Any] = {"Region__c": f"r{number}"}
    if kind == "Lead":
        values["Status"] = f"s{number % 4}"
    if kind == "Opportunity":
        values = {"Amount": float(number), "StageName": ["Open", "Closed Won", "Closed Lost"][number % 3]}
    if one:
        company.edit(kind, one, **values)


def respond(company: SalesforceCompany, kind: str, number: int) -> None:
    person, campaign = pick(company.ids(kind), number), company.ids("Campaign")[0]
    if person:
        company.add_member(campaign, person, company.now.date() if number % 3 else None)


def convert(company: SalesforceCompany, number: int, other: int) -> None:
    rows = company.tables["Lead"].rows
    lead = pick([one for one in company.ids("Lead") if not rows[one]["IsConverted"]], number)
    if lead:
        company.convert(lead, pick(company.ids("Opportunity"), other) if other % 2 else None)


def merge(company: SalesforceCompany, kind: str, number: int, other: int) -> None:
    rows = company.tables[kind].rows
    ids = [one for one in company.ids(kind) if not rows[one].get("IsConverted")]
    master, loser = pick(ids, number), pick(ids, other)
    if master and loser and master != loser:
        company.merge(kind, master, loser)


def apply(company: SalesforceCompany, change: tuple[Any, ...]) -> None:
    """One edit; nothing if there is no such record."""
    name, *rest = change
    functions: dict[str, Callable[..., None]] = {
        "add": add,
        "edit": edit,
        "respond": respond,
        "convert": convert,
        "merge": merge,
    }
    if name in functions:
        functions[name](company, *rest)
    elif name == "role":
        deal, contact = pick(company.ids("Opportunity"), rest[0]), pick(company.ids("Contact"), rest[1])
        if deal and contact:
            company.add_role(deal, contact, is_primary=rest[2])
    elif name == "take role":
        role = pick(company.ids("OpportunityContactRole"), rest[0])
        if role:
            company.delete("OpportunityContactRole", role)
    else:
        kind, number = rest
        rows = company.tables[kind].rows.values()
        deleted = [str(row["Id"]) for row in rows if row["IsDeleted"]]
        one = pick(company.ids(kind) if name == "delete" else deleted, number)
        if one:
            getattr(company, name)(kind, one)


def run(fake: Org, step: tuple[Any, ...]) -> None:
    """One step: an edit, time, or a pull in which something may go wrong."""
    name, *rest = step
    faults = fake.server.faults
    fake.server.forget()
    faults.clear()
    if name == "pass":
        fake.pass_days(rest[0])
    elif name in {"pull", "stop", "during"}:
        if name == "stop":
            number, what = rest
            if what in ANSWERS:
                faults.answer(number, ANSWERS[what]())
            else:
                getattr(faults, {**LASTING, **ONCE}[what])(number)
        if name == "during":
            faults.on_request = _edit_at(fake.company, *rest)
        with contextlib.suppress(PullError):
            fake.pull()
    else:
        apply(fake.company, step)


def _edit_at(company: SalesforceCompany, number: int, change: tuple[Any, ...]) -> Callable[[Request], None]:
    def act(request: Request) -> None:
        if request.number == number:
            apply(company, change)

    return act


@pytest.mark.property
@try_cases(few=12, many=100)
@given(st.lists(steps, min_size=3, max_size=30), st.booleans())
def test_any_history_ends_like_a_fresh_backfill(history: list[tuple[Any, ...]], has_live_pages: bool) -> None:
    with (
        pytest.MonkeyPatch.context() as patched,
        tempfile.TemporaryDirectory() as home,
        running(small_company(6)) as server,
        patch.dict(os.environ, server.environment),
    ):
        for module, name, size in SMALL_SLICES:
            patched.setattr(module, name, size)
        server.queries.page_rows, server.queries.has_live_pages = PAGE_ROWS, has_live_pages
        reference = Path(home, "seeds", "reference")
        reference.mkdir(parents=True)
        rows = [f"{code},{code},interest,{rank},true\n" for rank, code in enumerate(QUALIFYING, start=1)]
        (reference / "event_types.csv").write_text(SEED + "".join(rows))
        fake = Org(server.company, server, Path(home))
        for step in history:
            run(fake, step)
        server.faults.clear()
        fake.pass_days(8)
        fake.pull()
        fake.assert_complete()
