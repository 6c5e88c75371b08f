"""The independent calculation on real leads and deals: the numbers that the data's own README states."""

import os
from collections import Counter
from math import fsum
from typing import cast

import pytest

from lead_sla.settings import PROJECT_DIR
from tests.oracle import Inputs, calculate
from tests.oracle.cases import rows_of
from tests.oracle.events import stage
from tests.oracle.inputs import Tables
from tests.oracle.leads import World, world_as_of
from tests.oracle.olist import AS_OF, known_numbers, olist_inputs

FOLDER = PROJECT_DIR.parent / "shared" / "data" / "olist"


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    if not FOLDER.is_dir():
        reason = f"the Olist data are not at {FOLDER}; they are not part of the project"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI must have them")
        pytest.skip(reason)
    return olist_inputs(FOLDER)


@pytest.fixture(scope="module")
def world(inputs: Inputs) -> World:
    return world_as_of(stage(inputs), inputs, AS_OF)


@pytest.fixture(scope="module")
def tables(inputs: Inputs) -> Tables:
    return calculate(inputs)


def test_olist_has_8000_leads_and_841_credited_customers(world: World) -> None:
    assert len(world.leads) == 8000
    assert sum(lead.customer_date is not None for lead in world.leads) == 841


def test_each_origin_has_its_known_leads_and_deals(world: World) -> None:
    leads = Counter(lead.event_type for lead in world.leads)
    type_of = {lead.lead_id: lead.event_type for lead in world.leads}
    deals = Counter(type_of[str(deal.lead_id)] for deal in world.deals if deal.won_date)
    found = {origin: (leads[origin], deals[origin]) for origin in leads}
    assert len(found) == 10
    assert found == known_numbers(FOLDER)


def test_nothing_is_lost_and_the_one_early_deal_is_named(tables: Tables) -> None:
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
