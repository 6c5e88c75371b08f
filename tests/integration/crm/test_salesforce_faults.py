"""What Salesforce does that breaks a naive reader, one test each: nothing lost, nothing twice, a clear message."""

from datetime import date, timedelta

import pytest

from lead_sla.crm.errors import DailyLimitError, PullError, RefusedError
from tests.support.salesforce.exchange import Request
from tests.support.salesforce.refusals import bad_gateway, refusal, server_unavailable
from tests.support.salesforce_pulls import Org


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
    salesforce.company.edit("Contact", salesforce.company.ids("Contact")[0], at=begun, Region__c="late")
    salesforce.company.pass_time(60)
    salesforce.company.add_lead()
    salesforce.pass_days(1)
    salesforce.pull()
    assert late in salesforce.current("leads")
    salesforce.assert_complete()


@pytest.mark.usefixtures("small_slices")
def test_a_record_that_changes_while_it_is_read(salesforce: Org) -> None:
    first = salesforce.company.ids("Lead")[0]

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
