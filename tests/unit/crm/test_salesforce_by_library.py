"""The fake Salesforce, read by `simple-salesforce` over TLS at Salesforce's own address."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
)

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.server import HOST, Server, running

VERSION = "68.0"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    company = SalesforceCompany()
    company.add_field("Lead", "Region__c")
    company.add_field("Contact", "Region__c")
    for name, is_won, is_closed in (("Prospecting", False, False), ("Closed Won", True, True)):
        company.add_stage(name, is_won=is_won, is_closed=is_closed)
    with running(company) as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def company(server: Server) -> SalesforceCompany:
    return server.company


@pytest.fixture
def client(server: Server) -> Salesforce:
    return by_credentials(server)


def by_credentials(server: Server, **others: str) -> Salesforce:
    given = {"consumer_key": server.client_id, "consumer_secret": server.client_secret, "domain": server.domain}
    return Salesforce(version=VERSION, **{**given, **others})


def by_key(server: Server, **others: str) -> Salesforce:
    given = {"username": server.username, "consumer_key": server.client_id, "domain": server.domain}
    return Salesforce(version=VERSION, **{**given, "privatekey_file": str(server.private_key_file), **others})


def ids(answer: dict[str, Any]) -> list[str]:
    return [record["Id"] for record in answer["records"]]


def code_of(error: pytest.ExceptionInfo[Any]) -> str:
    (problem,) = error.value.content
    return str(problem["errorCode"])


@pytest.mark.parametrize("log_in", [by_credentials, by_key])
def test_a_login_and_a_query(
    server: Server, company: SalesforceCompany, log_in: Callable[[Server], Salesforce]
) -> None:
    lead = company.add_lead(LastName="Quillhaven", LeadSource="Web", Region__c="emea")
    client = log_in(server)
    assert client.sf_instance == HOST
    answer = client.query("SELECT Id, LeadSource, Region__c, IsConverted, SystemModstamp FROM Lead")
    assert answer["totalSize"] == 1
    assert answer["done"] is True
    (record,) = answer["records"]
    assert record.pop("attributes") == {"type": "Lead", "url": f"/services/data/v68.0/sobjects/Lead/{lead}"}
    assert record == {
        "Id": lead,
        "LeadSource": "Web",
        "Region__c": "emea",
        "IsConverted": False,
        "SystemModstamp": "2026-01-05T06:00:00.000+0000",
    }
    assert [request.endpoint for request in server.requests] == ["token", "query Lead"]


def test_the_address_of_the_server_itself(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)
    client = Salesforce(version=VERSION, session_id="00D!unknown", instance_url=server.url)
    with pytest.raises(SalesforceExpiredSession):
        client.limits()
