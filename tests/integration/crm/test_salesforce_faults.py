"""What Salesforce does that breaks a naive reader, one test each: nothing lost, nothing twice, a clear message."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from lead_sla.crm.errors import DailyLimitError, PullError, RefusedError
from tests.support.salesforce.exchange import Request
from tests.support.salesforce.refusals import bad_gateway, refusal, server_unavailable
from tests.support.salesforce_pulls import PAGE_ROWS, SMALL_SLICES, Org, org


@pytest.fixture
def salesforce(tmp_path: Path) -> Iterator[Org]:
    with org(tmp_path) as fake:
        yield fake


@pytest.fixture
def small_slices(salesforce: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few records fill several pages and slices."""
    salesforce.server.queries.page_rows = PAGE_ROWS
    for module, name, size in SMALL_SLICES:
        monkeypatch.setattr(module, name, size)


def lead_ids(salesforce: Org) -> list[str]:
    return salesforce.company.ids("Lead")


def contact_ids(salesforce: Org) -> list[str]:
    return salesforce.company.ids("Contact")


@pytest.mark.usefixtures("small_slices")
def test_equal_timestamps(salesforce: Org) -> None:
    ids = [salesforce.company.add_lead(LeadSource="Import") for _ in range(23)]
    salesforce.company.pass_time(3600)
    salesforce.pull()
    assert set(ids) <= salesforce.current("leads").keys()
    salesforce.assert_complete()
    salesforce.pass_days(1)
    for one in ids:
        salesforce.company.edit("Lead", one, Region__c="americas")
    salesforce.pass_days(1)
    salesforce.pull()
    assert {salesforce.current("leads")[one]["segment"] for one in ids} == {"americas"}
    salesforce.assert_complete()


def test_a_late_commit(salesforce: Org) -> None:
    salesforce.company.add_lead()
    salesforce.pull()
    begun = salesforce.company.now - timedelta(minutes=12)
    late = salesforce.company.add_lead(at=begun)
    salesforce.company.edit("Contact", contact_ids(salesforce)[0], at=begun, Region__c="late")
    salesforce.company.pass_time(60)
    salesforce.company.add_lead()
    salesforce.pass_days(1)
    salesforce.pull()
    assert late in salesforce.current("leads")
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_a_record_that_changes_while_it_is_read(salesforce: Org) -> None:
    first = lead_ids(salesforce)[0]

    def change(request: Request) -> None:
        if request.endpoint == "queryAll Lead" and request.nth == 2:
            salesforce.company.edit("Lead", first, Region__c="apac")

    salesforce.server.faults.on_request = change
    salesforce.pull()
    assert salesforce.current("leads")[first]["segment"] == "apac"
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_a_token_that_expires_in_the_middle_of_a_query(salesforce: Org) -> None:
    salesforce.server.faults.expire_token(2, "more Lead")
    salesforce.pull()
    assert salesforce.server.calls["token"] == 2
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_a_token_that_is_refused_again(salesforce: Org) -> None:
    salesforce.server.faults.refuse_tokens(14)
    with pytest.raises(RefusedError, match=r"401 \(INVALID_SESSION_ID\).*A new token was refused too"):
        salesforce.pull()
    assert salesforce.server.calls["token"] == 2, "once"
    salesforce.server.faults.clear()
    salesforce.pull()
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_a_dead_query_locator_begins_the_slice_again(salesforce: Org) -> None:
    salesforce.server.faults.expire_queries(2, "more Lead")
    salesforce.pull()
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_query_locators_that_always_die(salesforce: Org) -> None:
    salesforce.server.faults.on_request = lambda _: salesforce.server.queries.forget()
    with pytest.raises(PullError, match=r"400 \(INVALID_QUERY_LOCATOR\)"):
        salesforce.pull()
    assert salesforce.server.calls["queryAll Lead"] == 3
    salesforce.server.faults.clear()
    salesforce.pull()
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_more_rows_without_saying_where(salesforce: Org) -> None:
    salesforce.server.faults.lose_next(1, "queryAll Lead")
    with pytest.raises(PullError, match="gave 2 of 5 rows, and not where the next ones are"):
        salesforce.pull()
    assert salesforce.rows("leads") == []
    salesforce.server.faults.clear()
    salesforce.pull()
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_the_limit_that_a_pull_sets_itself(salesforce: Org) -> None:
    limits = salesforce.server.limits
    limits.calls_a_day, limits.used_by_others = 100, 60
    with pytest.raises(DailyLimitError, match=r"has used 80 of its 100 calls in the last 24 hours.*leaves 20 %"):
        salesforce.pull()
    assert limits.used == 80
    for _ in range(20):
        salesforce.pass_days(1.1)
        limits.used_by_others = 40
        try:
            salesforce.pull()
        except DailyLimitError:
            continue
        break
    limits.calls_a_day = 100_000
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_the_daily_limit_reached_in_the_middle(salesforce: Org) -> None:
    salesforce.server.faults.reach_limit(18)
    with pytest.raises(DailyLimitError, match="TotalRequests Limit exceeded"):
        salesforce.pull()
    assert salesforce.rows("leads")
    salesforce.server.faults.clear()
    salesforce.pull()
    salesforce.assert_complete()


def test_what_passes_is_repeated(salesforce: Org) -> None:
    busy = refusal(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")
    salesforce.server.faults.answer(11, server_unavailable(), times=2)
    salesforce.server.faults.answer(14, bad_gateway())
    salesforce.server.faults.answer(16, busy)
    salesforce.server.faults.drop(18)
    salesforce.pull()
    salesforce.assert_complete()


def test_a_stage_that_was_deleted_or_switched_off(salesforce: Org) -> None:
    company = salesforce.company
    deal = company.ids("Opportunity")[0]
    lost = company.add_opportunity(StageName="Closed Lost", CloseDate=date(2025, 11, 3))
    stages = {row["ApiName"]: stage for stage, row in company.tables["OpportunityStage"].rows.items()}
    company.tables["OpportunityStage"].change(stages["Closed Lost"], IsActive=False)
    company.tables["OpportunityStage"].remove(stages["Closed Won"])
    salesforce.pull()
    history = salesforce.current("deals")[deal]["history"]
    assert [state["stage"] for state in history] == ["Open", "Closed Won"]
    assert salesforce.current("deals")[lost]["history"][0]["at"] == "2025-11-03"
    salesforce.assert_complete()


def test_chained_merges_and_conversion(salesforce: Org) -> None:
    salesforce.pull()
    company = salesforce.company
    rows = company.tables["Lead"].rows
    a, b = [one for one in lead_ids(salesforce) if not rows[one]["IsConverted"]][:2]
    other = contact_ids(salesforce)[0]
    salesforce.pass_days(1)
    company.merge("Lead", b, a)
    salesforce.pass_days(1)
    salesforce.pull()
    assert (a, b) in salesforce.merges()
    contact = company.convert(b)
    salesforce.pass_days(1)
    company.merge("Contact", other, contact)
    salesforce.pass_days(1)
    salesforce.pull()
    assert {(a, b), (b, contact), (contact, other)} <= salesforce.merges()
    assert not any(row["archived"] for name in ("leads", "contacts") for row in salesforce.rows(name))
    salesforce.assert_complete()


def test_a_merge_that_is_undone(salesforce: Org) -> None:
    a, b = contact_ids(salesforce)[:2]
    salesforce.company.merge("Contact", b, a)
    salesforce.pull()
    assert (a, b) in salesforce.merges()
    salesforce.pass_days(1)
    salesforce.company.undelete("Contact", a)
    salesforce.pass_days(1)
    salesforce.pull()
    assert (a, b) not in salesforce.merges()
    salesforce.assert_complete()


def test_a_person_whose_merged_record_goes_too(salesforce: Org) -> None:
    a, b = contact_ids(salesforce)[:2]
    salesforce.company.merge("Contact", b, a)
    salesforce.pull()
    salesforce.pass_days(1)
    salesforce.company.delete("Contact", b)
    salesforce.pass_days(1)
    salesforce.pull()
    assert not {a, b} & salesforce.current("contacts").keys()
    salesforce.company.undelete("Contact", b)
    salesforce.pass_days(1)
    salesforce.pull()
    assert {a, b} <= salesforce.current("contacts").keys()
    salesforce.assert_complete()


def test_deleted_and_undeleted(salesforce: Org) -> None:
    salesforce.pull()
    lead, deal = lead_ids(salesforce)[0], salesforce.company.ids("Opportunity")[0]
    salesforce.company.delete("Lead", lead)
    salesforce.company.delete("Opportunity", deal)
    salesforce.pass_days(1)
    salesforce.pull()
    assert lead not in salesforce.current("leads")
    assert deal not in salesforce.current("deals")
    salesforce.company.undelete("Lead", lead)
    salesforce.pass_days(1)
    salesforce.pull()
    assert lead in salesforce.current("leads")
    salesforce.assert_complete()


def test_a_record_that_left_the_recycle_bin(salesforce: Org) -> None:
    salesforce.pull()
    converted = next(row["id"] for row in salesforce.rows("leads") if row["deal_id"])
    contact = next(into for lead, into in salesforce.merges() if lead == converted)
    assert salesforce.current("contacts")[contact]["events"] == []
    for one in (converted, lead_ids(salesforce)[0]):
        salesforce.company.purge("Lead", one)
    salesforce.pass_days(7)
    salesforce.pull()
    assert converted not in salesforce.current("leads")
    assert salesforce.current("contacts")[contact]["events"] != []
    salesforce.assert_complete()


def test_a_response_and_a_role_that_come_late(salesforce: Org) -> None:
    campaign = salesforce.company.add_campaign("Trade Show")
    deal = salesforce.company.add_opportunity(StageName="Open")
    salesforce.pull()
    assert salesforce.current("deals")[deal]["contact_id"] is None
    lead, contact = lead_ids(salesforce)[2], contact_ids(salesforce)[2]
    salesforce.pass_days(40)
    salesforce.company.add_member(campaign, lead, date(2026, 2, 13))
    salesforce.company.add_member(campaign, contact, date(2026, 2, 14))
    role = salesforce.company.add_role(deal, contact)
    salesforce.pull()
    event = {"code": "campaign:Trade Show", "at": "2026-02-13"}
    assert event in salesforce.current("leads")[lead]["events"]
    assert {**event, "at": "2026-02-14"} in salesforce.current("contacts")[contact]["events"]
    assert salesforce.current("deals")[deal]["contact_id"] == contact
    salesforce.assert_complete()
    salesforce.pass_days(1)
    salesforce.company.delete("OpportunityContactRole", role)
    salesforce.pass_days(1)
    salesforce.pull()
    assert salesforce.current("deals")[deal]["contact_id"] is None
    salesforce.assert_complete()


def test_what_the_org_does_not_have_is_left_out(salesforce: Org) -> None:
    for name in ("LeadHistory", "CampaignMember", "OpportunityContactRole", "OpportunityStage", "OpportunityHistory"):
        salesforce.company.hide(name)
    salesforce.company.hide("Opportunity", "Amount")
    salesforce.company.hide("Lead", "Region__c")
    salesforce.pull()
    lead = salesforce.current("leads")[lead_ids(salesforce)[1]]
    assert (lead["segment"], lead["statuses"]) == (None, [])
    assert all(line["history"][0]["amount"] is None for line in salesforce.current("deals").values())
    asked = [request for request in salesforce.server.requests if request.status == 400]
    assert asked == []


def test_a_currency_that_an_org_has(salesforce: Org) -> None:
    salesforce.company.use_currencies("USD", EUR=0.9)
    deal = salesforce.company.add_opportunity(StageName="Open", Amount=12_000_000.0, CurrencyIsoCode="EUR")
    salesforce.pull()
    (state,) = salesforce.current("deals")[deal]["history"]
    assert (state["amount"], state["currency"]) == ("12000000", "EUR")


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (("Contact",), "no object Contact"),
        (("Opportunity", "StageName"), "no field StageName of Opportunity"),
    ],
    ids=["object", "field"],
)
def test_what_a_pull_cannot_do_without(salesforce: Org, hidden: tuple[str, ...], words: str) -> None:
    salesforce.company.hide(*hidden)
    with pytest.raises(PullError, match=words):
        salesforce.pull()


def test_a_segment_that_is_no_field(salesforce: Org) -> None:
    salesforce.source = type(salesforce.source)("salesforce", "salesforce", "Regoin__c")
    with pytest.raises(PullError, match="no field 'Regoin__c' of Lead or Contact"):
        salesforce.pull()


def test_another_segment_reads_all_people_again(salesforce: Org) -> None:
    for name in ("Lead", "Contact"):
        salesforce.company.add_field(name, "Area__c")
    salesforce.company.edit("Lead", lead_ids(salesforce)[0], Area__c="north")
    salesforce.pull()
    for segment, given in (("Area__c", {None, "north"}), ("Region__c", {None, "emea"})):
        salesforce.pass_days(1)
        salesforce.source = type(salesforce.source)("salesforce", "salesforce", segment)
        salesforce.pull()
        assert {line["segment"] for line in salesforce.current("leads").values()} == given
        salesforce.assert_complete()
        salesforce.server.forget()
        salesforce.pull()
        assert salesforce.server.calls["queryAll Lead"] == 1
