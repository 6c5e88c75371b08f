"""The fake Salesforce, and `simple-salesforce` logged in to it."""

from collections.abc import Iterator

import pytest
from simple_salesforce.api import Salesforce

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.library import by_secret
from tests.support.salesforce.server import Server, running


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
