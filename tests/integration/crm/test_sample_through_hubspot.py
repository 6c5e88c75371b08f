"""The sample company in a HubSpot account gives the mart that its event files give, to the digit."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import load_sources
from tests.support.harness import Company
from tests.support.hubspot.loading import load_sample
from tests.support.hubspot.server import running

UNTIL = date(2026, 3, 20)
# What it says of feeds and their rows; a record gives its events again with each statement.
OF_FEEDS = ("rpt_data_quality",)
Rows = list[tuple[Any, ...]]


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
    return {name: dict(_build(home)) for name, home in homes.items()}


def _build(home: Path) -> Iterator[tuple[str, Rows]]:
    company = Company.at(home)
    company.refresh(UNTIL, as_shipped=True)
    with company.warehouse() as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        for (name,) in names:
            yield name, connection.execute(f"select * from marts.{name} order by all").fetchall()


def test_every_published_table_is_the_same(marts: dict[str, dict[str, Rows]]) -> None:
    assert marts["files"].keys() == marts["account"].keys()
    assert {"rpt_sla_status", "fct_rate_cards", "fct_won_deals_monthly"} < marts["files"].keys()
    compared = [name for name in marts["files"] if name not in OF_FEEDS]
    assert [name for name in compared if not are_same(marts["files"][name], marts["account"][name])] == []


def are_same(some: Rows, others: Rows) -> bool:
    """Whether all cells are, but for the last bits of fractions, which depend on the order in which they are added."""
    return len(some) == len(others) and all(
        is_same(one, other)
        for row, other_row in zip(some, others, strict=True)
        for one, other in zip(row, other_row, strict=True)
    )


def is_same(one: Any, other: Any) -> bool:
    both = isinstance(one, float) and isinstance(other, float)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) if both else bool(one == other)


def test_the_account_has_leads_and_customers(marts: dict[str, dict[str, Rows]]) -> None:
    """So that equal tables are not empty ones."""
    assert len(marts["account"]["rpt_sla_status"]) > 3
    assert sum(len(rows) for rows in marts["account"].values()) > 10_000


def test_every_row_of_the_account_counts(marts: dict[str, dict[str, Rows]]) -> None:
    counts: dict[str, int] = {}
    for row in marts["account"]["rpt_data_quality"]:
        counts[row[1]] = counts.get(row[1], 0) + row[2]
    assert counts["landed"] == counts["accepted"] > 1_000
