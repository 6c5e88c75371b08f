"""The fake Salesforce, read by `simple-salesforce` over TLS at Salesforce's own address."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.util import Usage

from tests.support.salesforce.company import START, SalesforceCompany
from tests.support.salesforce.library import by_secret, by_token
from tests.support.salesforce.refusals import bad_gateway, query_timeout
from tests.support.salesforce.server import HOST, Server

KEY = "SystemModstamp, Id"


def ids(answer: dict[str, Any]) -> list[str]:
    return [record["Id"] for record in answer["records"]]


def read(client: Salesforce, path: str) -> Any:
    return client.restful(path)


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


def test_later_pages_as_their_rows_are_by_then(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    """Salesforce does not say of which moment they are."""
    server.queries.page_rows, server.queries.has_live_pages = 1, True
    _, other = company.add_lead(LeadSource="Web"), company.add_lead(LeadSource="Web")
    first = client.query(f"SELECT LeadSource FROM Lead ORDER BY {KEY}")
    company.edit("Lead", other, LeadSource="Partner")
    (row,) = client.query_more(first["nextRecordsUrl"], identifier_is_url=True)["records"]
    assert row["LeadSource"] == "Partner"


def test_ten_queries_are_open_at_once(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    server.queries.page_rows = 1
    for _ in range(2):
        company.add_lead()
    urls = [client.query("SELECT Id FROM Lead")["nextRecordsUrl"] for _ in range(11)]
    client.query_more(urls[1], identifier_is_url=True)
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query_more(urls[0], identifier_is_url=True)
    assert problem(refused)["errorCode"] == "INVALID_QUERY_LOCATOR"


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


def test_what_the_user_may_not_see(client: Salesforce, company: SalesforceCompany) -> None:
    company.hide("Lead", "Region__c")
    company.hide("CampaignMember")
    fields = {field["name"] for field in read(client, "sobjects/Lead/describe")["fields"]}
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
        read(client, "sobjects/CampaignMember/describe")
    assert "CampaignMember" not in {one["name"] for one in read(client, "sobjects")["sobjects"]}


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
        read(client, "sobjects/Lead/00Q")
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


def test_an_url_that_is_too_long(client: Salesforce) -> None:
    listed = ", ".join(["'00Q5g000000000UEAQ'"] * 800)
    with pytest.raises(SalesforceError) as refused:
        client.query(f"SELECT Id FROM Lead WHERE Id IN ({listed})")
    assert refused.value.status == 414
