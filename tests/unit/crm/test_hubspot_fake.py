"""The fake of HubSpot behaves like HubSpot where a client could go wrong."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.exchange import Request
from tests.support.hubspot.refusals import bad_gateway, rate_limited
from tests.support.hubspot.server import Server, running

V = "2026-09"
CONTACTS = f"/crm/objects/{V}/contacts"
DEALS = f"/crm/objects/{V}/deals"


class Client:
    """A client that has no opinion."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {server.token}"

    def get(self, path: str, **query: object) -> requests.Response:
        return self.session.get(self.url + path, params=query, timeout=10)  # type: ignore[arg-type]

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=10)

    def ids(self, path: str = CONTACTS, **query: object) -> list[str]:
        """The ids of a list, page by page."""
        ids: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = self.get(path, **query, **after).json()
            ids += [one["id"] for one in page["results"]]
            if "paging" not in page:
                return ids
            after = {"after": page["paging"]["next"]["after"]}

    def search(self, path: str = CONTACTS, **changes: object) -> requests.Response:
        body = {"filterGroups": [], "sorts": [], "properties": [], "limit": 200, "after": "0"}
        return self.post(f"{path}/search", body | changes)

    def found(self, path: str = CONTACTS, **changes: object) -> list[str]:
        return [one["id"] for one in self.search(path, **changes).json()["results"]]

    def partners(self, *deals: str) -> list[list[str]]:
        """The contacts of deals, an entry for each label."""
        inputs = [{"id": deal} for deal in deals]
        batch = self.post(f"/crm/associations/{V}/deals/contacts/batch/read", {"inputs": inputs}).json()
        return [[entry["toObjectId"] for entry in one["to"]] for one in batch["results"]]


@pytest.fixture
def company() -> HubSpotCompany:
    return HubSpotCompany()


@pytest.fixture
def server(company: HubSpotCompany) -> Iterator[Server]:
    with running(company) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server)


def since(moment: datetime, name: str = "lastmodifieddate") -> dict[str, Any]:
    """A search from a moment on."""
    filters = [{"propertyName": name, "operator": "GTE", "value": moment.isoformat() + "Z"}]
    return {"filterGroups": [{"filters": filters}], "sorts": [{"propertyName": name, "direction": "ASCENDING"}]}


def test_lists_are_in_the_order_of_numbers(company: HubSpotCompany, client: Client) -> None:
    handed_out = [company.add_contact() for _ in range(12)]
    assert client.ids(limit=5) == handed_out
    assert sorted(handed_out) != handed_out


def test_a_history_is_cut_off_at_its_oldest_end(company: HubSpotCompany, client: Client) -> None:
    company.history_limits["deals"] = 2
    deal = company.add_deal(amount="1")
    for amount in ("2", "", "3"):
        company.pass_time(60)
        company.edit("deals", deal, amount=amount)
    (shown,) = client.get(DEALS, propertiesWithHistory="amount").json()["results"]
    assert [one["value"] for one in shown["propertiesWithHistory"]["amount"]] == ["3", ""]
    assert shown["properties"]["hs_lastmodifieddate"] == "2026-01-05T06:03:00.000Z"


def test_a_version_can_come_before_others(company: HubSpotCompany, client: Client) -> None:
    deal = company.add_deal(at=datetime(2026, 1, 1), amount="1")
    company.edit("deals", deal, at=datetime(2026, 1, 3), amount="3")
    company.edit("deals", deal, at=datetime(2026, 1, 2), amount="2")
    company.edit("deals", deal, at=datetime(2026, 1, 2, 12), amount="2")
    (shown,) = client.get(DEALS, propertiesWithHistory="amount").json()["results"]
    history = [(one["value"], one["timestamp"]) for one in shown["propertiesWithHistory"]["amount"]]
    assert history == [(str(day), f"2026-01-0{day}T00:00:00.000Z") for day in (3, 2, 1)]


def test_archiving_moves_no_date(company: HubSpotCompany, client: Client) -> None:
    contact = company.add_contact()
    before = client.get(CONTACTS).json()["results"][0]["updatedAt"]
    company.pass_time(3600)
    company.archive("contacts", contact)
    assert (client.ids(), client.found()) == ([], [])
    (archived,) = client.get(CONTACTS, archived="true").json()["results"]
    assert (archived["id"], archived["updatedAt"]) == (contact, before)
    assert client.post(f"{CONTACTS}/batch/read", {"inputs": [{"id": contact}], "properties": []}).status_code == 207
    company.restore("contacts", contact)
    assert (client.ids(), client.ids(archived="true"), client.found()) == ([contact], [], [contact])


def test_what_is_deleted_is_nowhere(company: HubSpotCompany, client: Client) -> None:
    contact, other = company.add_contact(), company.add_contact()
    deal = company.add_deal(contact, other)
    company.delete("contacts", contact)
    assert (client.ids(), client.ids(archived="true"), client.found()) == ([other], [], [other])
    assert client.partners(deal) == [[other]]


def test_merges_follow_each_other(company: HubSpotCompany, client: Client) -> None:
    first, second, third = (company.add_contact(firstname=name) for name in ("A", "B", "C"))
    deal = company.add_deal(first, third)
    company.submit_form(first, "f-1")
    company.pass_time(60)
    merged = company.merge("contacts", first, second)
    last = company.merge("contacts", third, merged, keep_id=True)
    (shown,) = client.get(CONTACTS, properties="hs_merged_object_ids,firstname").json()["results"]
    assert (shown["id"], last) == (third, third)
    assert shown["properties"]["hs_merged_object_ids"] == f"{first};{second};{merged}"
    assert shown["properties"]["firstname"] == "C"
    assert client.partners(deal) == [[third]]
    inputs = [{"id": first}, {"id": second}]
    batch = client.post(f"{CONTACTS}/batch/read", {"inputs": inputs, "properties": ["hs_calculated_form_submissions"]})
    assert batch.status_code == 200
    assert [one["id"] for one in batch.json()["results"]] == [third]
    assert batch.json()["results"][0]["properties"]["hs_calculated_form_submissions"] == "f-1:1767592800000"


def test_a_merged_deal_says_what_it_took_in(company: HubSpotCompany, client: Client) -> None:
    one, other = company.add_deal(amount="5", dealstage="won"), company.add_deal(amount="7", dealstage="open")
    company.pass_time(60)
    result = company.merge("deals", one, other)
    (shown,) = client.get(DEALS, properties="hs_merged_object_ids", propertiesWithHistory="dealstage").json()["results"]
    assert (shown["id"], shown["properties"]["hs_merged_object_ids"]) == (result, f"{one};{other}")
    assert [version["value"] for version in shown["propertiesWithHistory"]["dealstage"]] == ["won", "open", "won"]
    assert client.partners(one) == []


def test_an_association_moves_no_date_and_has_an_entry_a_label(company: HubSpotCompany, client: Client) -> None:
    contact, other = company.add_contact(), company.add_contact()
    deal = company.add_deal(contact)
    company.pass_time(3600)
    company.associate(deal, other, "Decision maker")
    assert client.partners(deal) == [[contact, other, other]]
    assert client.found(DEALS, **since(datetime(2026, 1, 5, 6, 30), "hs_lastmodifieddate")) == []
    company.entry_per_label = False
    assert client.partners(deal) == [[contact, other]]
    company.dissociate(deal, contact)
    company.archive("contacts", other)
    assert client.partners(deal) == []


def test_the_index_lags_behind(company: HubSpotCompany, client: Client) -> None:
    company.index_delay = timedelta(minutes=2)
    contact = company.add_contact(lifecyclestage="lead")
    assert (client.ids(), client.found()) == ([contact], [])
    company.pass_time(120)
    company.edit("contacts", contact, lifecyclestage="customer")
    (known,) = client.search(properties=["lifecyclestage"]).json()["results"]
    assert (known["properties"]["lifecyclestage"], known["updatedAt"]) == ("lead", "2026-01-05T06:00:00.000Z")
    company.pass_time(120)
    assert client.found(**since(datetime(2026, 1, 5, 6, 2))) == [contact]


def test_searches_sort_ids_as_numbers(company: HubSpotCompany, client: Client) -> None:
    handed_out = [company.add_contact() for _ in range(12)]
    falling = [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]
    assert client.found(sorts=falling) == handed_out[::-1]
    above = [{"propertyName": "hs_object_id", "operator": "GT", "value": "99"}]
    assert client.found(filterGroups=[{"filters": above}]) == [one for one in handed_out if int(one) > 99]


def test_a_search_ends_at_ten_thousand(company: HubSpotCompany, client: Client) -> None:
    for _ in range(10_001):
        company.add_contact()
    page = client.search(after="9800", **since(datetime(2026, 1, 5))).json()
    assert (page["total"], len(page["results"]), page["paging"]["next"]["after"]) == (10_001, 200, "10000")
    beyond = client.search(after="10000", **since(datetime(2026, 1, 5)))
    assert (beyond.status_code, beyond.json()["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("name", ["filterGroups", "sorts", "properties", "limit", "after"])
def test_a_search_needs_its_five_fields(client: Client, name: str) -> None:
    body = {"filterGroups": [], "sorts": [], "properties": [], "limit": 1, "after": "0"}
    del body[name]
    refused = client.post(f"{CONTACTS}/search", body)
    assert (refused.status_code, name in refused.json()["message"]) == (400, True)


def test_requests_that_are_too_large_are_refused(client: Client) -> None:
    ids = [{"id": str(number)} for number in range(1001)]
    with_history = {"properties": [], "propertiesWithHistory": ["amount"]}
    refused = [
        client.get(CONTACTS, limit=51, propertiesWithHistory="lifecyclestage"),
        client.get(CONTACTS, limit=101),
        client.post(f"{DEALS}/batch/read", {"inputs": ids[:51], **with_history}),
        client.post(f"{DEALS}/batch/read", {"inputs": ids[:101], "properties": []}),
        client.post(f"/crm/associations/{V}/deals/contacts/batch/read", {"inputs": ids}),
        client.search(limit=201),
        client.get(CONTACTS, properties=",".join(["lifecyclestage"] * 600)),
    ]
    assert [answer.status_code for answer in refused] == [400] * 6 + [414]


def test_searches_a_second_are_limited(company: HubSpotCompany, client: Client) -> None:
    answers = [client.search() for _ in range(6)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert answers[5].json()["policyName"] == "SECONDLY"
    assert "X-HubSpot-RateLimit-Daily" not in answers[0].headers
    company.pass_time(1)
    assert client.search().status_code == 200


def test_calls_a_day_and_in_ten_seconds_are_limited(company: HubSpotCompany, server: Server, client: Client) -> None:
    server.limits.calls_in_ten_seconds, server.limits.calls_a_day = 2, 3
    assert [client.get(CONTACTS).status_code for _ in range(2)] == [200, 200]
    assert client.get(CONTACTS).json()["policyName"] == "TEN_SECONDLY_ROLLING"
    company.pass_time(10)
    assert client.get(CONTACTS).headers["X-HubSpot-RateLimit-Daily-Remaining"] == "0"
    assert client.get(CONTACTS).json()["policyName"] == "DAILY"
    company.pass_time(86_400)
    assert client.get(CONTACTS).status_code == 200


def test_a_token_opens_what_its_scopes_allow(server: Server, client: Client) -> None:
    server.scopes.remove("crm.objects.deals.read")
    assert client.get(CONTACTS).status_code == 200
    refused = client.post(f"/crm/associations/{V}/deals/contacts/batch/read", {"inputs": []})
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.deals.read"]
    server.token = "another"  # noqa: S105
    assert client.get(CONTACTS).json()["category"] == "INVALID_AUTHENTICATION"


def test_faults_come_when_they_are_planned(company: HubSpotCompany, server: Server, client: Client) -> None:
    handed_out = [company.add_contact() for _ in range(4)]
    server.faults.answer(1, bad_gateway())
    server.faults.answer(2, rate_limited("SECONDLY", retry_after=3), "list contacts")
    server.faults.shorten_page(3, rows=1)
    server.faults.repeat_cursor(4)
    server.faults.expire_token(5)
    assert "502 Bad Gateway" in client.get(CONTACTS).text
    assert client.get(CONTACTS).headers["Retry-After"] == "3"
    short = client.get(CONTACTS, limit=2).json()
    assert ([one["id"] for one in short["results"]], short["paging"]["next"]["after"]) == (
        handed_out[:1],
        handed_out[1],
    )
    assert client.get(CONTACTS, limit=1, after=handed_out[1]).json()["paging"]["next"]["after"] == handed_out[1]
    assert [client.get(CONTACTS).json()["category"] for _ in range(2)] == ["EXPIRED_AUTHENTICATION"] * 2
    assert [one.status for one in server.requests] == [502, 429, 200, 200, 401, 401]
    server.faults.clear()
    server.forget()
    server.faults.drop(1)
    server.faults.cut_off(2)
    with pytest.raises(requests.ConnectionError):
        client.get(CONTACTS)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        client.get(CONTACTS)


def test_a_hook_comes_before_each_answer(company: HubSpotCompany, server: Server, client: Client) -> None:
    handed_out = [company.add_contact() for _ in range(3)]

    def delete_between_pages(request: Request) -> None:
        if request.number == 2:
            company.delete("contacts", handed_out[1])

    server.faults.on_request = delete_between_pages
    assert client.ids(limit=1) == [handed_out[0], handed_out[2]]


def test_the_log_holds_no_token(server: Server, client: Client) -> None:
    client.get(CONTACTS, properties="lifecyclestage")
    client.search()
    assert [one.endpoint for one in server.requests] == ["list contacts", "search contacts"]
    assert not re.search(server.token, repr(server.requests))
