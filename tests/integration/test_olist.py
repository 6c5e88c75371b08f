"""Real leads and deals through `lead-sla refresh`, against numbers that are not ours and the independent calculation.

The data are Olist's (Kaggle, CC BY-NC-SA 4.0). They are not part of the project: the test looks for them beside it.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from math import fsum
from pathlib import Path
from typing import cast

import duckdb
import pytest

from lead_sla.inputs.company_folder import write_company_folder
from lead_sla.settings import PROJECT_DIR, load_settings
from tests.oracle import Inputs, calculate, compare, read_tables
from tests.oracle.cases import rows_of
from tests.oracle.events import stage
from tests.oracle.inputs import Tables
from tests.oracle.leads import world_as_of
from tests.oracle.olist import AS_OF, known_numbers, olist_inputs, olist_seeds
from tests.support.command_line import lead_sla
from tests.support.harness import SEEDS, write_seed
from tests.support.sharing import empty_home

pytestmark = pytest.mark.soak

DATA = PROJECT_DIR.parent / "shared" / "data" / "olist"


@pytest.fixture(scope="module", autouse=True)
def data() -> None:
    """The data are there, or nothing here can be tested."""
    if not DATA.is_dir():
        reason = f"the Olist data are not at {DATA}; they are not part of the project"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI must have them")
        pytest.skip(reason)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which a refresh as of 2018-11-30 has published."""
    home = empty_home(tmp_path_factory)
    shutil.copytree(DATA, home / "landing" / "olist", copy_function=shutil.copy)
    seeds = olist_seeds()
    for name, table in SEEDS.items():
        write_seed(home / "seeds", table, seeds.get(name, []))
    settings = load_settings(
        home=home, seeds=home / "seeds", feeds=PROJECT_DIR / "tests" / "integration" / "olist" / "feeds.yml"
    )
    refresh = lead_sla(settings, "refresh", "--as-of", "2018-11-30", LEAD_SLA_BUSINESS_TIMEZONE="America/Sao_Paulo")
    assert refresh.returncode == 0, refresh.stdout + refresh.stderr
    return home


@pytest.fixture(scope="module")
def mart(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "published" / "current" / "sla_mart.duckdb"), read_only=True) as mart:
        yield mart


@pytest.fixture(scope="module")
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        yield warehouse


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return olist_inputs(DATA)


@pytest.fixture(scope="module")
def tables(inputs: Inputs) -> Tables:
    """The mart by the independent calculation."""
    return calculate(inputs)


def test_the_guide_leads_from_nothing_to_a_published_mart_with_one_refresh(tmp_path: Path) -> None:
    """`lead-sla init`, the feeds that previews propose, a row for the event type of one of them, and a refresh."""
    write_company_folder(tmp_path)
    settings = load_settings(home=tmp_path / "data", seeds=tmp_path / "seeds", feeds=tmp_path / "feeds.yml")
    shutil.copytree(DATA, settings.landing_dir / "olist", copy_function=shutil.copy)
    entries = []
    for path in sorted((settings.landing_dir / "olist").glob("*.csv")):
        preview = lead_sla(settings, "feeds", "preview", str(path))
        assert preview.returncode == 0, preview.stdout + preview.stderr
        entries.append(preview.stdout.split("below `feeds:`\n\n")[1].split("\n\n")[0])
    settings.feeds.write_text("feeds:\n" + "\n".join(entries) + "\n", encoding="utf-8")
    with (settings.seeds / "reference" / "event_types.csv").open("a", encoding="utf-8") as event_types:
        event_types.write("created,Created,interest,15,true\n")
    checked = lead_sla(settings, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    refresh = lead_sla(settings, "refresh", "--as-of", "2018-11-30", LEAD_SLA_BUSINESS_TIMEZONE="America/Sao_Paulo")
    assert refresh.returncode == 0, refresh.stdout + refresh.stderr
    with duckdb.connect(str(settings.mart_path), read_only=True) as published:
        leads = published.sql("select sum(leads) from fct_sla_daily where sla_id = 'leads_all'").fetchall()
        sales = "select sum(won_deals), sum(credited_customers) from fct_won_deals_monthly where segment = 'all'"
        assert (leads, published.sql(sales).fetchall()) == ([(8000,)], [(842, 841)])


def test_every_lead_lands_and_841_customers_are_credited(
    mart: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    counts = dict(mart.sql("select reason, sum(row_count) from rpt_data_quality group by reason").fetchall())
    assert (counts["landed"], counts["accepted"], counts["rejected"]) == (8842, 8842, 0)
    assert counts["won_before_lead"] == 1
    [(leads, customers)] = warehouse.sql(
        "select count(*), count(customer_date) from intermediate.int_credited_leads"
    ).fetchall()
    assert (leads, customers) == (8000, 841)


def test_each_origin_has_the_numbers_that_olist_states(
    mart: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    stated = known_numbers(DATA)
    booked = mart.sql(
        "select event_type, sum(leads) from fct_sla_daily where sla_id = 'olist_leads' group by event_type"
    ).fetchall()
    assert dict(booked) == {origin: leads for origin, (leads, _) in stated.items()}
    credited = warehouse.sql(
        "select highest_type, count(customer_date) from intermediate.int_credited_leads group by highest_type"
    ).fetchall()
    # Olist's figures include the one deal that was won before its lead's first contact.
    beyond = {origin: stated[origin][1] - customers for origin, customers in credited}
    assert sorted(beyond.values()) == [0] * 9 + [1]


def test_the_published_mart_equals_the_independent_calculation(mart: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    assert compare(tables, read_tables(mart)) == []


def test_the_calculation_has_8000_leads_and_841_customers_in_the_origins_that_olist_states(
    inputs: Inputs,
) -> None:
    world = world_as_of(stage(inputs), inputs, AS_OF)
    assert len(world.leads) == 8000
    assert sum(lead.customer_date is not None for lead in world.leads) == 841
    leads = Counter(lead.event_type for lead in world.leads)
    type_of = {lead.lead_id: lead.event_type for lead in world.leads}
    deals = Counter(type_of[str(deal.lead_id)] for deal in world.deals if deal.won_date)
    found = {origin: (leads[origin], deals[origin]) for origin in leads}
    assert len(found) == 10
    assert found == known_numbers(DATA)


def test_the_calculation_loses_nothing_and_names_the_one_early_deal(tables: Tables) -> None:
    rows = {(row["feed"], row["reason"]): row["row_count"] for row in tables["rpt_data_quality"] if row["row_count"]}
    assert rows == {
        ("olist_leads", "landed"): 8000,
        ("olist_leads", "accepted"): 8000,
        ("olist_leads", "unpriced_points"): rows["olist_leads", "unpriced_points"],
        ("olist_leads", "unpriced_value"): 8000,
        ("olist_deals", "landed"): 842,
        ("olist_deals", "accepted"): 842,
        ("olist_deals", "won_before_lead"): 1,
    }
    first_month = rows_of(tables, "fct_sla_daily_cumulative", sla_id="olist_leads", period_start="2017-06-01")
    assert rows["olist_leads", "unpriced_points"] == first_month[-1]["actual_cumulative"]


def test_what_each_method_predicted_for_march_2018_when_140_came(tables: Tables) -> None:
    rows = rows_of(tables, "rpt_close_rate_backtest", period_start="2018-03-01")
    assert {row["actual_customers"] for row in rows} == {140}
    predicted = {str(row["method"]): round(cast(float, row["predicted_customers"])) for row in rows}
    assert predicted == {"matured": 5, "observed": 56, "kaplan_meier": 64, "life_table": 113}


def test_the_waterfall_of_leads_holds_every_lead_once(tables: Tables) -> None:
    daily = rows_of(tables, "fct_sla_daily_cumulative", sla_id="olist_leads")
    assert fsum(cast(float, row["actual"]) for row in daily) == 8000
    assert len(daily) == 548
