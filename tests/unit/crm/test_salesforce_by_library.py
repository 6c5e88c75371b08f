"""The fake Salesforce, read by `simple-salesforce` over TLS at Salesforce's own address."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.util import Usage

from tests.support.salesforce.company import START, SalesforceCompany
from tests.support.salesforce.logins import JWT_BEARER
from tests.support.salesforce.refusals import bad_gateway, query_timeout
from tests.support.salesforce.server import HOST, Server, running

VERSION = "68.0"
KEY = "SystemModstamp, Id"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with running(SalesforceCompany()) as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def company(server: Server) -> SalesforceCompany:
    company = server.company
    for name in ("Lead", "Contact"):
        company.add_field(name, "Region__c")
    company.add_stage("Prospecting")
    company.add_stage("Closed Won", is_won=True)
    return company


@pytest.fixture
def client(server: Server) -> Salesforce:
    return by_secret(server)


def by_secret(server: Server, **others: str) -> Salesforce:
    given = {"consumer_key": server.client_id, "consumer_secret": server.client_secret, "domain": server.domain}
    return Salesforce(version=VERSION, **{**given, **others})


def by_key(server: Server, **others: str) -> Salesforce:
    given = {"username": server.username, "consumer_key": server.client_id, "domain": server.domain}
    return Salesforce(version=VERSION, **{**given, "privatekey_file": str(server.private_key_file), **others})


def by_token(server: Server) -> Salesforce:
    """With the last token, and nothing to get another one with."""
    return Salesforce(version=VERSION, session_id=server.logins.handed_out[-1], instance=HOST)


def ids(answer: dict[str, Any]) -> list[str]:
    return [record["Id"] for record in answer["records"]]


def problem(error: pytest.ExceptionInfo[Any]) -> dict[str, str]:
    (content,) = error.value.content
    return dict(content)


def test_a_login_and_a_query(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    lead = company.add_lead(LastName="Quillhaven", LeadSource="Web", Region__c="emea")
    assert client.sf_instance == HOST
    answer = client.query("SELECT Id, LeadSource, Region__c, IsConverted, ConvertedDate, SystemModstamp FROM Lead")
    assert answer["totalSize"] == 1
    assert answer["done"] is True
    (record,) = answer["records"]
    assert record.pop("attributes") == {"type": "Lead", "url": f"/services/data/v68.0/sobjects/Lead/{lead}"}
    assert record == {
        "Id": lead,
        "LeadSource": "Web",
        "Region__c": "emea",
        "IsConverted": False,
        "ConvertedDate": None,
        "SystemModstamp": "2026-01-05T06:00:00.000+0000",
    }
    assert [request.endpoint for request in server.requests] == ["token", "query Lead"]


def test_the_private_key_logs_in_too(server: Server) -> None:
    assert by_key(server).limits()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_999}


@pytest.mark.parametrize(
    ("log_in", "others", "code", "words"),
    [
        (by_secret, {"consumer_key": "3MVGother"}, "invalid_client_id", "client identifier invalid"),
        (by_secret, {"consumer_secret": "other"}, "invalid_client", "invalid client credentials"),
        (by_key, {"consumer_key": "3MVGother"}, "invalid_client_id", "client identifier invalid"),
        (by_key, {"username": "other@acme.example"}, "invalid_grant", "user hasn't approved this consumer"),
        (by_key, {"domain": "login.evil", "instance_url": "acme.my"}, "invalid_grant", "audience is invalid"),
    ],
    ids=["secret-client", "secret", "key-client", "user", "audience"],
)
def test_a_refused_login(
    server: Server, log_in: Callable[..., Salesforce], others: dict[str, str], code: str, words: str
) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        log_in(server, **others)
    assert (refused.value.code, refused.value.auth_message) == (code, words)


def test_a_signature_of_another_key_is_refused(server: Server, tmp_path: Path) -> None:
    with running(SalesforceCompany()) as other, pytest.raises(SalesforceAuthenticationFailed) as refused:
        by_key(server, privatekey_file=str(other.private_key_file))
    assert refused.value.auth_message == "invalid assertion"


@pytest.mark.parametrize(("minutes", "status"), [(3, 200), (-1, 400), (60, 400)])
def test_how_long_an_assertion_may_be_valid(server: Server, minutes: int, status: int) -> None:
    ends = server.company.now + timedelta(minutes=minutes)
    claims = {"iss": server.client_id, "sub": server.username, "aud": "https://login.salesforce.com", "exp": ends}
    form = {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, server.logins.private_key, "RS256")}
    assert requests.post(f"https://{HOST}/services/oauth2/token", data=form, timeout=5).status_code == status


def test_an_app_that_nobody_has_approved(server: Server) -> None:
    server.logins.has_approved = False
    for log_in, words in (
        (by_secret, "no client credentials user enabled"),
        (by_key, "user hasn't approved this consumer"),
    ):
        with pytest.raises(SalesforceAuthenticationFailed, match=words):
            log_in(server)


def test_a_token_is_valid_for_two_hours(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    session = by_token(server)
    company.pass_time(7_199)
    session.limits()
    company.pass_time(1)
    with pytest.raises(SalesforceExpiredSession) as refused:
        session.limits()
    assert problem(refused) == {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    server.forget()
    client.limits()
    log = [(request.endpoint, request.status) for request in server.requests]
    assert log == [("limits", 401), ("token", 200), ("limits", 200)], "the library logs in again by itself"


def test_the_log_has_no_secrets(client: Salesforce, server: Server) -> None:
    by_key(server).query("SELECT Id FROM Lead")
    (_, token) = server.logins.handed_out
    log = repr(server.requests)
    assert "query Lead" in log
    assert not any(secret in log for secret in (token, server.client_secret, "assertion"))


def test_the_server_has_an_address_of_its_own(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)
    form = {"grant_type": "client_credentials", "client_id": server.client_id, "client_secret": server.client_secret}
    token = requests.post(f"{server.url}/services/oauth2/token", data=form, timeout=5).json()
    assert token["instance_url"] == server.url
    direct = Salesforce(version=VERSION, session_id=token["access_token"], instance_url=token["instance_url"])
    assert direct.query("SELECT Id FROM Lead")["records"] == []


def test_nobody_else_is_reached_through_the_proxy(server: Server) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        requests.get("https://example.com/", timeout=5)


def test_pages_of_a_query(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    server.queries.page_rows = 3
    leads = [company.add_lead() for _ in range(8)]
    first = client.query(f"SELECT Id FROM Lead ORDER BY {KEY}")
    assert (first["totalSize"], first["done"], len(first["records"])) == (8, False, 3)
    assert first["nextRecordsUrl"].startswith("/services/data/v68.0/query/01g")
    company.pass_time(60)
    company.edit("Lead", leads[5], LeadSource="Web")
    found = ids(client.query_all(f"SELECT Id FROM Lead ORDER BY {KEY}"))
    assert found == [*leads[:5], *leads[6:], leads[5]]
    second = client.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    third = client.query_more(second["nextRecordsUrl"], identifier_is_url=True)
    assert [*ids(first), *ids(second), *ids(third)] == leads, "the pages are of the moment of the query"
    assert (third["done"], "nextRecordsUrl" in third) == (True, False)
    assert server.calls["more Lead"] == 4


def test_equal_timestamps_are_read_once_by_their_ids(client: Salesforce, company: SalesforceCompany) -> None:
    leads = [company.add_lead() for _ in range(40)]
    assert leads != sorted(leads, key=str.lower), "the case is about ids whose order without case is another"
    found: list[str] = []
    where = ""
    while True:
        rows = client.query(f"SELECT Id, SystemModstamp FROM Lead {where} ORDER BY {KEY} LIMIT 7")["records"]
        found += [row["Id"] for row in rows]
        if len(rows) < 7:
            break
        moment = rows[-1]["SystemModstamp"].replace("+0000", "Z")
        where = f"WHERE SystemModstamp > {moment} OR (SystemModstamp = {moment} AND Id > '{rows[-1]['Id']}')"
    assert found == leads


def test_a_transaction_that_was_committed_late(client: Salesforce, company: SalesforceCompany) -> None:
    company.add_lead()
    company.pass_time(600)
    late = company.add_lead(at=START + timedelta(seconds=60))
    begun = f"{START:%Y-%m-%dT%H:%M:%SZ}"
    assert ids(client.query(f"SELECT Id FROM Lead WHERE SystemModstamp > {begun}")) == [late]


def test_an_expired_query(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    server.queries.page_rows = 1
    for _ in range(3):
        company.add_lead()
    server.faults.expire_queries(2, "more Lead")
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query_all("SELECT Id FROM Lead", include_deleted=True)
    assert problem(refused) == {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}
    assert server.calls == {"token": 1, "queryAll Lead": 1, "more Lead": 2}


def test_deleted_and_merged_leads(client: Salesforce, company: SalesforceCompany) -> None:
    a, b, c = (company.add_lead() for _ in range(3))
    company.pass_time(60)
    company.merge("Lead", a, b)
    company.delete("Lead", c)
    assert ids(client.query("SELECT Id FROM Lead")) == [a]
    soql = "SELECT Id, IsDeleted, MasterRecordId, SystemModstamp FROM Lead ORDER BY Id"
    rows = client.query(soql, include_deleted=True)["records"]
    assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in rows] == [
        (a, False, None),
        (b, True, a),
        (c, True, None),
    ]
    assert {row["SystemModstamp"] for row in rows} == {"2026-01-05T06:01:00.000+0000"}
    company.undelete("Lead", b)
    company.purge("Lead", c)
    rows = client.query(soql, include_deleted=True)["records"]
    assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in rows] == [
        (a, False, None),
        (b, False, None),
    ]


def test_a_merge_moves_what_belongs_to_the_record(client: Salesforce, company: SalesforceCompany) -> None:
    a, b = company.add_contact(), company.add_contact(Region__c="emea")
    member = company.add_member(company.add_campaign("Webinar"), b, date(2026, 1, 4))
    deal = company.add_opportunity(None, b, StageName="Prospecting")
    company.merge("Contact", a, b)
    assert client.query("SELECT Region__c FROM Contact")["records"][0]["Region__c"] == "emea"
    (row,) = client.query("SELECT Id, ContactId, FirstRespondedDate, Campaign.Type FROM CampaignMember")["records"]
    assert (row["Id"], row["ContactId"], row["FirstRespondedDate"]) == (member, a, "2026-01-04")
    assert row["Campaign"]["Type"] == "Webinar"
    (row,) = client.query("SELECT OpportunityId, ContactId, IsPrimary FROM OpportunityContactRole")["records"]
    assert (row["OpportunityId"], row["ContactId"], row["IsPrimary"]) == (deal, a, False)


def test_a_conversion(client: Salesforce, company: SalesforceCompany) -> None:
    lead = company.add_lead(LeadSource="Web", Region__c="apac")
    company.add_member(company.add_campaign("Webinar"), lead, date(2026, 1, 5))
    company.pass_time(86_400)
    deal = company.add_opportunity(StageName="Prospecting")
    contact = company.convert(lead, deal)
    soql = "SELECT ConvertedDate, ConvertedContactId, ConvertedOpportunityId FROM Lead WHERE IsConverted = true"
    (row,) = client.query(soql)["records"]
    assert list(row.values())[1:] == ["2026-01-06", contact, deal]
    (row,) = client.query("SELECT Id, LeadSource, Region__c FROM Contact")["records"]
    assert list(row.values())[1:] == [contact, "Web", "apac"]
    (row,) = client.query("SELECT LeadId, ContactId, SystemModstamp FROM CampaignMember")["records"]
    assert list(row.values())[1:] == [lead, contact, "2026-01-06T06:00:00.000+0000"]
    (row,) = client.query("SELECT ContactId, IsPrimary FROM OpportunityContactRole")["records"]
    assert list(row.values())[1:] == [contact, True]


def test_the_history_of_leads_has_what_is_tracked(client: Salesforce, company: SalesforceCompany) -> None:
    lead = company.add_lead(LeadSource="Web")
    company.edit("Lead", lead, Status="Working - Contacted", LeadSource="Partner")
    company.edit("Lead", lead, Status="Working - Contacted")
    company.convert(lead)
    soql = f"SELECT Field, NewValue FROM LeadHistory WHERE LeadId = '{lead[:15]}' ORDER BY CreatedDate, Id"
    assert [(row["Field"], row["NewValue"]) for row in client.query(soql)["records"]] == [
        ("created", None),
        ("Status", "Working - Contacted"),
        ("Status", "Closed - Converted"),
        ("leadConverted", None),
    ]
    company.tracked.clear()
    company.edit("Lead", company.add_lead(), Status="Working - Contacted")
    assert client.query("SELECT COUNT() FROM LeadHistory")["totalSize"] == 4


def test_the_history_of_opportunities(client: Salesforce, company: SalesforceCompany) -> None:
    company.use_currencies("USD", EUR=0.92)
    deal = company.add_opportunity(StageName="Prospecting", CloseDate=date(2026, 2, 1), CurrencyIsoCode="EUR")
    company.pass_time(3_600)
    company.edit("Opportunity", deal, StageName="Closed Won", Amount=12_000.5)
    company.edit("Opportunity", deal, Name="Zephyrine")
    soql = "SELECT StageName, Amount, CurrencyIsoCode, CreatedDate FROM OpportunityHistory ORDER BY CreatedDate"
    assert [list(row.values())[1:] for row in client.query(soql)["records"]] == [
        ["Prospecting", None, "EUR", "2026-01-05T06:00:00.000+0000"],
        ["Closed Won", 12_000.5, "EUR", "2026-01-05T07:00:00.000+0000"],
    ]
    (row,) = client.query("SELECT IsWon, IsClosed, CloseDate FROM Opportunity")["records"]
    assert list(row.values())[1:] == [True, True, "2026-02-01"]
    company.delete("Opportunity", deal)
    assert client.query("SELECT COUNT() FROM OpportunityHistory")["totalSize"] == 0
    assert client.query("SELECT COUNT() FROM OpportunityHistory", include_deleted=True)["totalSize"] == 2


def test_stages_and_rates(client: Salesforce, company: SalesforceCompany) -> None:
    stages = client.query("SELECT ApiName, IsActive, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder")
    assert [list(row.values())[1:] for row in stages["records"]] == [
        ["Prospecting", True, False, False],
        ["Closed Won", True, True, True],
    ]
    company.use_currencies("USD", EUR=0.92)
    company.add_rate("EUR", date(2025, 1, 1), 0.95)
    company.add_rate("EUR", date(2026, 1, 1), 0.92)
    rates = client.query("SELECT IsoCode, StartDate, NextStartDate, ConversionRate FROM DatedConversionRate")
    assert [list(row.values())[1:] for row in rates["records"]] == [
        ["EUR", "2025-01-01", "2026-01-01", 0.95],
        ["EUR", "2026-01-01", "9999-12-31", 0.92],
    ]


def test_what_the_user_may_not_see(client: Salesforce, company: SalesforceCompany) -> None:
    company.hide("Lead", "Region__c")
    company.hide("CampaignMember")
    fields = {field["name"] for field in client.Lead.describe()["fields"]}
    assert {"Id", "LeadSource", "SystemModstamp"} < fields
    assert "Region__c" not in fields
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query("SELECT Id, Region__c FROM Lead")
    assert problem(refused)["errorCode"] == "INVALID_FIELD"
    assert "ERROR at Row:1:Column:12\nNo such column 'Region__c' on entity 'Lead'." in problem(refused)["message"]
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query("SELECT Id FROM CampaignMember")
    assert problem(refused)["errorCode"] == "INVALID_TYPE"
    assert "sObject type 'CampaignMember' is not supported." in problem(refused)["message"]
    with pytest.raises(SalesforceResourceNotFound):
        client.CampaignMember.describe()
    assert "CampaignMember" not in {one["name"] for one in client.describe()["sobjects"]}


def test_currencies_exist_where_there_are_several(client: Salesforce, company: SalesforceCompany) -> None:
    for soql in ("SELECT Id FROM DatedConversionRate", "SELECT CurrencyIsoCode FROM Opportunity"):
        with pytest.raises(SalesforceMalformedRequest):
            client.query(soql)
    company.use_currencies("USD")
    assert client.query("SELECT CurrencyIsoCode FROM Opportunity")["records"] == []


def test_the_calls_of_a_day(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    server.limits.calls_a_day, server.limits.used_by_others = 10, 7
    client.query("SELECT Id FROM Lead")
    assert client.api_usage == {"api-usage": Usage(8, 10)}
    assert client.limits()["DailyApiRequests"] == {"Max": 10, "Remaining": 1}
    client.query("SELECT Id FROM Lead")
    with pytest.raises(SalesforceRefusedRequest) as refused:
        client.query("SELECT Id FROM Lead")
    assert problem(refused) == {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    company.pass_time(86_400)
    by_secret(server).query("SELECT Id FROM Lead")


def test_versions_and_counts(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    company.add_lead()
    counts = client.restful("limits/recordCount", params={"sObjects": "Lead,Contact"})
    assert counts == {"sObjects": [{"count": 1, "name": "Lead"}, {"count": 0, "name": "Contact"}]}
    with pytest.raises(SalesforceResourceNotFound):
        client.restful("sobjects/Lead/00Q")
    client.base_url = client.base_url.replace("v68.0", "v69.0")
    with pytest.raises(SalesforceResourceNotFound) as refused:
        client.query("SELECT Id FROM Lead")
    assert problem(refused)["errorCode"] == "NOT_FOUND"


def test_faults(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    server.queries.page_rows = 2
    for _ in range(5):
        company.add_lead()
    session = by_token(server)
    server.forget()
    server.faults.shorten_page(1, 1)
    server.faults.lose_next(2)
    server.faults.answer(3, query_timeout())
    server.faults.answer(4, bad_gateway())
    server.faults.drop(5)
    server.faults.expire_token(6)
    soql = "SELECT Id FROM Lead"
    first = session.query(soql)
    assert (len(first["records"]), first["done"], "nextRecordsUrl" in first) == (1, False, True)
    second = session.query(soql)
    assert (len(second["records"]), second["done"], "nextRecordsUrl" in second) == (2, False, False)
    for status in (400, 502, 0, 401):
        with pytest.raises((SalesforceError, requests.ConnectionError)):
            session.query(soql)
        assert server.requests[-1].status == status
    edited: list[int] = []
    server.faults.on_request = lambda request: edited.append(request.number)
    by_secret(server).query(soql)
    assert edited == [7, 8]


def test_no_token_is_good_enough(server: Server) -> None:
    server.faults.refuse_tokens(1)
    for _ in range(2):
        with pytest.raises(SalesforceExpiredSession):
            by_secret(server).limits()


def test_an_url_that_is_too_long(client: Salesforce) -> None:
    listed = ", ".join(["'00Q5g000000000UEAQ'"] * 800)
    with pytest.raises(SalesforceError) as refused:
        client.query(f"SELECT Id FROM Lead WHERE Id IN ({listed})")
    assert refused.value.status == 414
