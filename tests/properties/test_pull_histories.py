"""Whatever happens in HubSpot and to pulls of it: in the end what has landed says what a fresh backfill says."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.crm.errors import PullError
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.exchange import Request
from tests.support.hubspot.refusals import bad_gateway, expired_token, locked, rate_limited
from tests.support.hubspot.server import running
from tests.support.pulls import SMALL_PAGES, Account, small_company
from tests.support.random_cases import try_cases

MOST_DAYS = 12.0  # longer than from sweep to sweep
ANSWERS: dict[str, Callable[[], Any]] = {
    "daily": lambda: rate_limited("DAILY"),
    "expired": expired_token,
    "secondly": lambda: rate_limited("SECONDLY"),
    "locked": locked,
    "gateway": bad_gateway,
}
kinds = st.sampled_from(["contacts", "deals"])
numbers = st.integers(0, 40)
edits = st.one_of(
    st.tuples(st.just("add"), kinds, numbers),
    st.tuples(st.just("edit"), kinds, numbers),
    st.tuples(st.just("form"), numbers),
    st.tuples(st.just("merge"), kinds, numbers, numbers, st.booleans()),
    st.tuples(st.just("archive"), kinds, numbers),
    st.tuples(st.just("restore"), kinds, numbers),
    st.tuples(st.just("delete"), kinds, numbers),
    st.tuples(st.just("associate"), numbers, numbers),
    st.tuples(st.just("dissociate"), numbers),
)
steps = st.one_of(
    edits,
    edits,
    st.tuples(st.just("pass"), st.floats(0.0001, MOST_DAYS)),
    st.tuples(st.just("pull")),
    st.tuples(st.just("stop"), st.integers(1, 25), st.sampled_from(sorted(ANSWERS))),
    st.tuples(st.just("during"), st.integers(1, 25), edits),
)


def apply(company: HubSpotCompany, edit: tuple[Any, ...]) -> None:
    """One edit; nothing if there is no such record."""
    name, *rest = edit
    if name in {"form", "associate", "dissociate"}:
        _apply_to_people(company, name, rest)
        return
    kind, number, *more = rest
    ids = list(company.ids(kind, archived=name == "restore"))
    if name == "add":
        values = {"region": "emea"} if kind == "contacts" else {"pipeline": "default", "dealstage": "open"}
        (company.add_contact if kind == "contacts" else company.add_deal)(**values)
    elif ids:
        one = ids[number % len(ids)]
        if name == "edit":
            values = {"region": f"r{number}", "lifecyclestage": f"s{number % 4}"}
            company.edit(kind, one, **(values if kind == "contacts" else {"amount": str(number), "dealstage": "won"}))
        elif name == "merge":
            other = ids[more[0] % len(ids)]
            if other != one:
                company.merge(kind, one, other, keep_id=more[1])
        else:
            getattr(company, name)(kind, one)


def _apply_to_people(company: HubSpotCompany, name: str, rest: list[int]) -> None:
    people, deals = company.ids("contacts"), company.ids("deals")
    if name == "form" and people:
        company.submit_form(people[rest[0] % len(people)], "0f9a1d30-5c1e-4a62-9d52-1a4c9f6e0b11")
    elif name == "associate" and people and deals:
        company.associate(deals[rest[0] % len(deals)], people[rest[1] % len(people)])
    elif name == "dissociate" and company.labels:
        deal, contact = sorted(company.labels)[rest[0] % len(company.labels)]
        if str(deal) in deals and str(contact) in people:
            company.dissociate(str(deal), str(contact))


def run(fake: Account, step: tuple[Any, ...]) -> None:
    """One step: an edit, time, or a pull in which something may go wrong."""
    name, *rest = step
    fake.server.forget()
    fake.server.faults.clear()
    if name == "pass":
        fake.pass_days(rest[0])
    elif name in {"pull", "stop", "during"}:
        if name == "stop":
            lasts = rest[1] in {"daily", "expired"}
            plan = fake.server.faults.answer_from if lasts else fake.server.faults.answer
            plan(rest[0], ANSWERS[rest[1]]())
        if name == "during":
            fake.server.faults.on_request = _edit_at(fake.company, *rest)
        with contextlib.suppress(PullError):
            fake.pull()
    else:
        apply(fake.company, step)


def _edit_at(company: HubSpotCompany, number: int, edit: tuple[Any, ...]) -> Callable[[Request], None]:
    def change(request: Request) -> None:
        if request.number == number:
            apply(company, edit)

    return change


@pytest.mark.property
@try_cases(few=12, many=100)
@given(st.lists(steps, min_size=3, max_size=30))
def test_any_history_ends_like_a_fresh_backfill(history: list[tuple[Any, ...]]) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as home,
        running(small_company(6)) as server,
    ):
        for module, name, size in SMALL_PAGES:
            patch.setattr(module, name, size)
        server.company.history_limits = {"contacts": 1000, "deals": 1000}
        fake = Account(server.company, server, Path(home))
        for step in history:
            run(fake, step)
        server.faults.clear()
        fake.pass_days(8)
        fake.pull()
        fake.assert_complete()
