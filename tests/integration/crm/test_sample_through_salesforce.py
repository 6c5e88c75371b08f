"""The sample company in a Salesforce org gives the mart that its event files give, to the digit."""

import os
from datetime import date
from unittest.mock import patch

import pytest
from pydantic import SecretStr

from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import load_sources
from tests.support.harness import Company
from tests.support.marts import Rows
from tests.support.salesforce.loading import load_sample
from tests.support.salesforce.server import running
from tests.support.salesforce_pulls import access
from tests.support.sample_marts import build_marts, count_by_reason, find_different

UNTIL = date(2026, 3, 20)


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Rows]]:
    """All published tables, made from files and from the org."""
    sample = load_sample(UNTIL, scale=0.2)
    homes = {name: tmp_path_factory.mktemp(name) for name in ("files", "org")}
    sample.write_files(homes["files"])
    sample.write_folder(homes["org"])
    with running(sample.company) as server, patch.dict(os.environ, server.environment):
        given = {**access(server), "salesforce_client_secret": SecretStr(server.client_secret)}
        settings = Company.at(homes["org"]).settings.model_copy(update=given)
        for source in load_sources(settings.feeds):
            pull(settings, source, lambda _: None)
    return {name: build_marts(home, UNTIL) for name, home in homes.items()}


def test_every_published_table_is_the_same(marts: dict[str, dict[str, Rows]]) -> None:
    assert {"rpt_sla_status", "fct_rate_cards", "fct_won_deals_monthly"} < marts["files"].keys()
    assert find_different(marts["files"], marts["org"]) == []


def test_the_org_has_leads_and_customers(marts: dict[str, dict[str, Rows]]) -> None:
    """So that equal tables are not empty ones."""
    assert len(marts["org"]["rpt_sla_status"]) > 3
    assert sum(len(rows) for rows in marts["org"].values()) > 10_000


def test_every_row_of_the_org_counts(marts: dict[str, dict[str, Rows]]) -> None:
    counts = count_by_reason(marts["org"]["rpt_data_quality"])
    assert counts["landed"] == counts["accepted"] > 1_000
