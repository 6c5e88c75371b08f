"""What HubSpot does that breaks a naive reader, one test each: nothing lost, nothing twice, a clear message."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lead_sla.crm.errors import DailyLimitError, PullError, RefusedError
from lead_sla.crm.hubspot import changes, reading
from lead_sla.inputs.crm_sources import CrmSource
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.refusals import bad_gateway, locked, rate_limited, refusal
from tests.support.hubspot.server import TOKEN
from tests.support.pulls import SMALL_PAGES, Account, account


@pytest.fixture
def hubspot(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path) as fake:
        yield fake


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, size in SMALL_PAGES:
        monkeypatch.setattr(module, name, size)


def contact_ids(company: HubSpotCompany) -> list[str]:
    return list(company.ids("contacts"))


@pytest.mark.usefixtures("small_pages")
def test_ids_that_sort_as_text(hubspot: Account) -> None:
    ids = contact_ids(hubspot.company)
    assert ids != sorted(ids), "the case is about ids whose order as text is another"
    deal = hubspot.company.ids("deals")[0]
    for one in ids:
        hubspot.company.associate(deal, one)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] == ids[0]
    hubspot.assert_complete()
    hubspot.pass_days(1)
    for one in ids:
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.pull()
    hubspot.assert_complete()


def test_a_short_page_with_a_cursor(hubspot: Account) -> None:
    hubspot.server.faults.shorten_page(1, 2, "list contacts")
    hubspot.server.faults.shorten_page(2, 0, "list contacts")
    hubspot.pull()
    hubspot.pass_days(1)
    for one in contact_ids(hubspot.company):
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.server.forget()
    hubspot.server.faults.shorten_page(1, 2, "search contacts")
    hubspot.pull()
    assert {line["segment"] for line in hubspot.current("contacts").values()} == {"americas"}
    hubspot.assert_complete()


@pytest.mark.usefixtures("small_pages")
def test_a_repeated_cursor(hubspot: Account) -> None:
    hubspot.server.faults.repeat_cursor(3, "list contacts")
    with pytest.raises(PullError, match="the same cursor twice in the list of contacts"):
        hubspot.pull()
    hubspot.server.faults.clear()
    hubspot.pull()
    hubspot.assert_complete()


@pytest.mark.usefixtures("small_pages")
def test_more_than_10000_records_in_one_millisecond(hubspot: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reading, changes):
        monkeypatch.setattr(module, "SEARCH_MOST", 8)
    hubspot.pull()
    hubspot.pass_days(1)
    for one in contact_ids(hubspot.company):
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.pull()
    assert any("which no search can return" in line for line in hubspot.reported)
    assert {line["segment"] for line in hubspot.current("contacts").values()} == {"americas"}
    hubspot.assert_complete()
    hubspot.pass_days(1)
    hubspot.server.forget()
    hubspot.pull()
    assert hubspot.server.calls["list contacts"] <= 2, "only ids: the archived ones, and no list again"


@pytest.mark.usefixtures("small_pages")
def test_more_records_than_a_search_returns(hubspot: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reading, changes):
        monkeypatch.setattr(module, "SEARCH_MOST", 4)
    hubspot.pull()
    for one in contact_ids(hubspot.company):
        hubspot.company.pass_time(600)
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.server.forget()
    hubspot.pull()
    assert hubspot.server.calls["search contacts"] > 4
    hubspot.assert_complete()


def test_index_lag(hubspot: Account) -> None:
    hubspot.pull()
    hubspot.pass_days(1)
    hubspot.company.index_delay = timedelta(minutes=18)
    one, other = contact_ids(hubspot.company)[:2]
    hubspot.company.edit("contacts", one, region="late")
    hubspot.company.pass_time(600)
    hubspot.company.edit("contacts", other, region="later")
    hubspot.pull()
    hubspot.pass_days(1)
    hubspot.pull()
    assert hubspot.current("contacts")[one]["segment"] == "late"
    assert hubspot.current("contacts")[other]["segment"] == "later"
    hubspot.assert_complete()


@pytest.mark.usefixtures("small_pages")
def test_a_record_that_changes_during_the_search(hubspot: Account) -> None:
    hubspot.pull()
    hubspot.pass_days(1)
    ids = contact_ids(hubspot.company)
    for one in ids:
        hubspot.company.pass_time(1)
        hubspot.company.edit("contacts", one, region="americas")
    hubspot.pass_days(1)
    hubspot.server.forget()

    def change_the_first(request: Request) -> None:
        if request.endpoint == "search contacts" and request.nth == 2:
            hubspot.company.edit("contacts", ids[0], region="apac")

    hubspot.server.faults.on_request = change_the_first
    hubspot.pull()
    assert all(hubspot.current("contacts")[one]["segment"] == "americas" for one in ids[1:])
    hubspot.pass_days(1)
    hubspot.pull()
    hubspot.assert_complete()


def test_a_total_that_never_comes(hubspot: Account) -> None:
    hubspot.pull()
    hubspot.pass_days(1)
    hubspot.company.edit("contacts", contact_ids(hubspot.company)[0], region="americas")
    hubspot.pass_days(1)
    lie = Answer(200, {"total": 3, "results": []})
    hubspot.server.faults.answer_from(1, lie, "search contacts")
    before = hubspot.rows("contacts")
    hubspot.server.forget()
    with pytest.raises(PullError, match=r"HubSpot says that 3 records of contacts changed at .*, and gives 0, 3 times"):
        hubspot.pull()
    assert hubspot.rows("contacts") == before
    hubspot.server.faults.clear()
    hubspot.pull()
    hubspot.assert_complete()


def test_chained_merges(hubspot: Account) -> None:
    hubspot.pull()
    a, b, c, d = contact_ids(hubspot.company)[:4]
    hubspot.pass_days(1)
    ab = hubspot.company.merge("contacts", b, a)
    hubspot.company.pass_time(3600)
    hubspot.pull()
    assert hubspot.merges() == {("contact", a, ab), ("contact", b, ab)}
    hubspot.pass_days(1)
    abc = hubspot.company.merge("contacts", c, ab, keep_id=True)
    hubspot.pass_days(1)
    abcd = hubspot.company.merge("contacts", abc, d)
    hubspot.pass_days(1)
    hubspot.pull()
    assert abc == c
    into_abcd = {("contact", one, abcd) for one in (a, b, ab, c, d)}
    assert hubspot.merges() == {("contact", a, ab), ("contact", b, ab)} | into_abcd
    hubspot.pass_days(8)
    hubspot.pull()
    assert not any(row["archived"] for row in hubspot.rows("contacts")), "a merged record is not gone"
    hubspot.assert_complete()


def test_merged_deals(hubspot: Account) -> None:
    hubspot.pull()
    a, b = hubspot.company.ids("deals")[:2]
    hubspot.pass_days(1)
    merged = hubspot.company.merge("deals", a, b)
    hubspot.pass_days(8)
    hubspot.pull()
    assert hubspot.merges() == {("deal", a, merged), ("deal", b, merged)}
    assert not any(row["archived"] for row in hubspot.rows("deals"))
    hubspot.assert_complete()


def test_a_merge_that_a_search_does_not_know_yet(hubspot: Account) -> None:
    hubspot.pull()
    a, b = contact_ids(hubspot.company)[:2]
    hubspot.pass_days(8)
    hubspot.company.merge("contacts", a, b)
    hubspot.pull()
    assert not any(row["archived"] for row in hubspot.rows("contacts"))
    hubspot.assert_complete()


def test_a_record_that_was_restored_and_merged(hubspot: Account) -> None:
    hubspot.pull()
    a, b = contact_ids(hubspot.company)[:2]
    hubspot.company.archive("contacts", a)
    hubspot.pass_days(1)
    hubspot.pull()
    hubspot.company.restore("contacts", a)
    merged = hubspot.company.merge("contacts", b, a)
    hubspot.pass_days(1)
    hubspot.pull()
    assert ("contact", a, merged) in hubspot.merges()
    assert a in hubspot.current("contacts"), "what it stated holds for the record that has taken it in"
    hubspot.assert_complete()


def test_archiving_without_a_modified_date(hubspot: Account) -> None:
    hubspot.pull()
    contact, deal = contact_ids(hubspot.company)[0], hubspot.company.ids("deals")[0]
    hubspot.pass_days(1)
    hubspot.company.archive("contacts", contact)
    hubspot.company.archive("deals", deal)
    hubspot.pull()
    for name, record_id in (("contacts", contact), ("deals", deal)):
        assert record_id not in hubspot.current(name)
        one, other = [row for row in hubspot.rows(name) if row["id"] == record_id]
        assert other == {**one, "archived": True}
    hubspot.assert_complete()
    hubspot.company.restore("contacts", contact)
    hubspot.pass_days(8)
    hubspot.pull()
    assert contact in hubspot.current("contacts")
    hubspot.assert_complete()


def test_a_record_that_is_deleted_for_good(hubspot: Account) -> None:
    hubspot.pull()
    contact = contact_ids(hubspot.company)[0]
    hubspot.company.delete("contacts", contact)
    hubspot.pass_days(7)
    hubspot.pull()
    assert contact not in hubspot.current("contacts")
    hubspot.assert_complete()


def test_several_labels_and_pages_of_associations(hubspot: Account) -> None:
    hubspot.server.limits.association_page = 1
    deal, ids = hubspot.company.ids("deals")[-1], contact_ids(hubspot.company)
    for one in reversed(ids):
        for label in (None, "Decision maker", "Billing"):
            hubspot.company.associate(deal, one, label)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] == ids[0]
    every = reading.read_associations(hubspot.connect(), [deal])
    assert every == {deal: set(ids)}
    hubspot.assert_complete()


def test_an_association_that_comes_late(hubspot: Account) -> None:
    deal = hubspot.company.add_deal(pipeline="default", dealstage="open")
    hubspot.company.pass_time(3600)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] is None
    hubspot.pass_days(20)
    contact = contact_ids(hubspot.company)[3]
    hubspot.company.associate(deal, contact)
    hubspot.pull()
    assert hubspot.current("deals")[deal]["contact_id"] == contact
    one, other = [row for row in hubspot.rows("deals") if row["id"] == deal]
    assert one["version"] == other["version"]
    hubspot.assert_complete()


def test_truncated_history(hubspot: Account) -> None:
    deal = hubspot.company.ids("deals")[0]
    for number in range(12):
        hubspot.company.pass_time(60)
        hubspot.company.edit("deals", deal, amount=str(200 + number))
    hubspot.company.pass_time(3600)
    hubspot.pull()
    first = hubspot.current("deals")[deal]["history"]
    hubspot.pass_days(1)
    for number in range(12, 24):
        hubspot.company.pass_time(60)
        hubspot.company.edit("deals", deal, amount=str(200 + number))
    hubspot.pass_days(1)
    hubspot.pull()
    history = hubspot.current("deals")[deal]["history"]
    assert history[: len(first)] == first
    assert [state["amount"] for state in history][-24:] == [str(200 + number) for number in range(24)]
    hubspot.pass_days(1)
    rows = hubspot.rows("deals")
    hubspot.pull()
    assert hubspot.rows("deals") == rows


def test_a_deleted_stage(hubspot: Account) -> None:
    hubspot.company.delete_stage("default", "won")
    hubspot.pull()
    stages = {state["stage"] for line in hubspot.current("deals").values() for state in line["history"]}
    assert stages == {"default/open", "default/won"}
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
    hubspot.pull()
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


def test_a_server_that_stays_broken(hubspot: Account) -> None:
    hubspot.server.faults.answer_from(3, bad_gateway())
    with pytest.raises(PullError, match=r"was answered with 502: .*502 Bad Gateway.* rerun later"):
        hubspot.pull()
    hubspot.server.faults.clear()
    hubspot.pull()
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
    one = contact_ids(hubspot.company)[0]
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
