"""What HubSpot's search does that loses changes in a naive reader, one test each."""

from datetime import timedelta

import pytest

from lead_sla.crm.errors import PullError
from lead_sla.crm.hubspot import changes, reading
from tests.support.hubspot.exchange import Answer, Request
from tests.support.pulls import Account


@pytest.mark.usefixtures("small_pages")
def test_more_than_10000_records_in_one_millisecond(hubspot: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reading, changes):
        monkeypatch.setattr(module, "SEARCH_MOST", 8)
    hubspot.pull()
    hubspot.pass_days(1)
    for one in hubspot.company.ids("contacts"):
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
    for one in hubspot.company.ids("contacts"):
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
    one, other = hubspot.company.ids("contacts")[:2]
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
    ids = hubspot.company.ids("contacts")
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
    hubspot.company.edit("contacts", hubspot.company.ids("contacts")[0], region="americas")
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
