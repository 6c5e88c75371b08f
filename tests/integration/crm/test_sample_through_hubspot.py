"""The sample company in a HubSpot account gives the mart that its event files give, to the digit."""

from datetime import date

import pytest
from pydantic import SecretStr

from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import load_sources
from tests.support.harness import Company
from tests.support.hubspot.loading import load_sample
from tests.support.hubspot.server import running
from tests.support.marts import Rows
from tests.support.sample_marts import build_marts, count_by_reason, find_different

UNTIL = date(2026, 3, 20)


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Rows]]:
    """All published tables, made from files and from the account."""
    sample = load_sample(UNTIL, scale=0.2)
    homes = {name: tmp_path_factory.mktemp(name) for name in ("files", "account")}
    sample.write_files(homes["files"])
    sample.write_folder(homes["account"])
    with running(sample.company) as hubspot:
        settings = Company.at(homes["account"]).settings.model_copy(
            update={"hubspot_token": SecretStr(hubspot.token), "hubspot_url": hubspot.url}
        )
        for source in load_sources(settings.feeds):
            pull(settings, source, lambda _: None)
    return {name: build_marts(home, UNTIL) for name, home in homes.items()}


def test_every_published_table_is_the_same(marts: dict[str, dict[str, Rows]]) -> None:
    assert {"rpt_sla_status", "fct_rate_cards", "fct_won_deals_monthly"} < marts["files"].keys()
    assert find_different(marts["files"], marts["account"]) == []


def test_the_account_has_leads_and_customers(marts: dict[str, dict[str, Rows]]) -> None:
    """So that equal tables are not empty ones."""
    assert len(marts["account"]["rpt_sla_status"]) > 3
    assert sum(len(rows) for rows in marts["account"].values()) > 10_000


def test_every_row_of_the_account_counts(marts: dict[str, dict[str, Rows]]) -> None:
    counts = count_by_reason(marts["account"]["rpt_data_quality"])
    assert counts["landed"] == counts["accepted"] > 1_000
