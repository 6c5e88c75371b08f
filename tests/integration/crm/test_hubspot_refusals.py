"""What HubSpot refuses, one test each: nothing lost, nothing twice, a clear message."""

import contextlib

import pytest

from lead_sla.crm.errors import DailyLimitError, PullError, RefusedError
from lead_sla.crm.hubspot import client
from lead_sla.inputs.crm_sources import CrmSource
from tests.support.hubspot.exchange import Answer
from tests.support.hubspot.refusals import bad_gateway, locked, rate_limited, refusal
from tests.support.hubspot.server import TOKEN
from tests.support.pulls import Account


@pytest.mark.usefixtures("small_pages")
def test_a_repeated_cursor(hubspot: Account) -> None:
    hubspot.server.faults.repeat_cursor(3, "list contacts")
    with pytest.raises(PullError, match="the same cursor twice in the list of contacts"):
        hubspot.pull()
    hubspot.server.faults.clear()
    hubspot.pull()
    hubspot.assert_complete()


@pytest.mark.usefixtures("small_pages")
def test_an_expired_token_in_mid_read(hubspot: Account) -> None:
    hubspot.server.faults.expire_token(4)
    with pytest.raises(RefusedError) as refused:
        hubspot.pull()
    message = str(refused.value)
    assert "The OAuth token used to make this call expired 0 second(s) ago." in message
    assert "set LEAD_SLA_HUBSPOT_TOKEN and rerun. What was read until now is kept." in message
    assert TOKEN not in message
    kept = hubspot.rows("contacts")
    assert kept
    hubspot.server.faults.clear()
    hubspot.server.forget()
    hubspot.pull()
    following = hubspot.company.ids("contacts")[len(kept)]
    lists = [request for request in hubspot.server.requests if request.endpoint == "list contacts"]
    assert lists[0].query["after"] == following, "it goes on from the last page that was read"
    assert hubspot.rows("contacts")[: len(kept)] == kept
    hubspot.assert_complete()


@pytest.mark.usefixtures("small_pages")
def test_daily_limit_reached_in_the_middle(hubspot: Account) -> None:
    hubspot.server.limits.calls_a_day = 7
    with pytest.raises(DailyLimitError, match=r"You have reached your daily limit\..*the next pull goes on from there"):
        hubspot.pull()
    hubspot.pass_days(1)
    refused = 0
    while refused < 30:
        with contextlib.suppress(DailyLimitError):
            hubspot.pull()
            break
        refused += 1
        hubspot.pass_days(1)
    assert refused < 30
    hubspot.server.limits.calls_a_day = 500_000
    hubspot.pull()
    hubspot.assert_complete()


def test_calls_that_are_refused_for_a_moment(hubspot: Account) -> None:
    faults = hubspot.server.faults
    faults.answer(1, locked(), times=2)
    faults.answer(4, bad_gateway())
    faults.answer(6, rate_limited("SECONDLY"))
    faults.answer(8, rate_limited("TEN_SECONDLY_ROLLING", retry_after=3))
    faults.drop(10)
    hubspot.pull()
    hubspot.assert_complete()


def test_a_page_of_a_proxy_instead_of_json(hubspot: Account) -> None:
    page = Answer(200, "<html>Please sign in</html>")
    hubspot.server.faults.answer(2, page)
    hubspot.pull()
    hubspot.assert_complete()
    hubspot.server.forget()
    hubspot.server.faults.answer_from(1, page)
    with pytest.raises(PullError, match="did not answer 6 times in a row: the answer is not JSON"):
        hubspot.pull()


def test_a_server_that_stays_broken(hubspot: Account) -> None:
    hubspot.server.faults.answer_from(3, bad_gateway())
    with pytest.raises(PullError, match=r"was answered with 502: .*502 Bad Gateway.* rerun later"):
        hubspot.pull()
    hubspot.server.faults.clear()
    hubspot.pull()
    hubspot.assert_complete()


@pytest.mark.parametrize("version", ["2026-09", "2026-03"])
def test_each_version_of_the_api_gives_the_same(
    hubspot: Account, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "API_VERSION", version)
    hubspot.pull()
    assert {request.path.split("/")[3] for request in hubspot.server.requests} == {version}
    hubspot.assert_complete()


def test_a_missing_scope(hubspot: Account) -> None:
    hubspot.server.scopes.discard("crm.objects.deals.read")
    with pytest.raises(RefusedError, match=r"these scopes: crm\.objects\.deals\.read, and rerun"):
        hubspot.pull()
    assert hubspot.rows("contacts")


def test_a_segment_that_is_no_property(hubspot: Account) -> None:
    hubspot.source = CrmSource("hubspot", "hubspot", "regoin")
    with pytest.raises(PullError, match=r"no contact property 'regoin'.*Property regoin does not exist"):
        hubspot.pull()


def test_another_segment_reads_every_contact_again(hubspot: Account) -> None:
    hubspot.pull()
    hubspot.company.add_property("contacts", "market")
    one = hubspot.company.ids("contacts")[0]
    hubspot.company.edit("contacts", one, market="emea")
    hubspot.pass_days(1)
    hubspot.source = CrmSource("hubspot", "hubspot", "market")
    hubspot.pull()
    segments = {key: line["segment"] for key, line in hubspot.current("contacts").items() if line["segment"]}
    assert segments == {one: "emea"}
    hubspot.assert_complete()


@pytest.mark.usefixtures("small_pages")
def test_a_cursor_that_has_expired(hubspot: Account) -> None:
    hubspot.server.faults.expire_token(6)
    with pytest.raises(RefusedError):
        hubspot.pull()
    hubspot.server.faults.clear()
    hubspot.server.forget()
    hubspot.server.faults.answer(1, refusal(400, "The cursor is not valid."), "list contacts")
    hubspot.pull()
    assert any("cannot be resumed" in line for line in hubspot.reported)
    hubspot.assert_complete()
