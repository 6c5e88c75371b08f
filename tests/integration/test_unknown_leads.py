"""The warning that most wins name unknown leads, with what is likely to be wrong with their ids."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import lead, merge, won
from tests.support.harness import Company, invoke_dbt

TEST = "assert_stg_raw__deal_events__won_deals_name_known_leads"
ONE_FORM = """
feeds:
  - name: lead_events
    kind: lead_events
    files: lead_events/*
    normalize: {lead_id: [salesforce_id, lower]}
  - name: deal_events
    kind: deal_events
    files: deal_events/*
    first_of: {lead_id: ";"}
    normalize: {lead_id: [salesforce_id, lower]}
  - name: record_merges
    kind: record_merges
    files: record_merges/*
    normalize: {from_id: [salesforce_id, lower], into_id: [salesforce_id, lower]}
"""
LEADS = ["8001", "8002", "ada@example.com", "0031t00000Tj91Q", "bo@example.com"]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    company = Company(tmp_path)
    company.drop_file("lead_events", [lead(name, "demo", "2026-10-03") for name in LEADS])
    return company


def warnings(company: Company) -> list[dict[str, Any]]:
    company.refresh("2026-11-20", select="+quarantined_events")
    variables = '{"as_of_date": "2026-11-20"}'
    results = invoke_dbt(company.settings, ["compile", "--select", TEST, "--vars", variables])
    (query,) = (result.node.compiled_code for result in results if result.node.name == TEST)
    return [{name: value for name, value in row.items() if value is not None} for row in company.query(query)]


def test_wins_of_unknown_leads_are_counted_by_their_likely_causes(company: Company) -> None:
    ids = ["0031t00000Tj91QAAZ", "8001;8002", "bo@example.com", "BO@example.com"]
    company.drop_file("deal_events", [won(name, "2026-11-15") for name in ids])
    assert warnings(company) == [
        {
            "feed": "deal_events",
            "won_deals_of_unknown_leads": 3,
            "won_deals": 4,
            "like_known_but_for_case": 1,
            "like_known_but_for_15_or_18_characters": 1,
            "several_ids_in_one_value": 1,
            "example": "0031t00000Tj91QAAZ",
        }
    ]


def test_leads_that_are_quarantined_themselves_are_no_difference_between_ids(company: Company) -> None:
    company.drop_file("lead_events", [lead("8003;8004", "brochure", "2026-10-03")], "odd.csv")
    company.drop_file("deal_events", [won(name, "2026-11-15") for name in ("8003;8004", "8001;8002", "8003;8004")])
    assert warnings(company) == [
        {
            "feed": "deal_events",
            "won_deals_of_unknown_leads": 2,
            "won_deals": 2,
            "landed_but_not_accepted": 1,
            "several_ids_in_one_value": 1,
            "example": "8001;8002",
        }
    ]


def test_half_of_the_wins_may_name_unknown_leads_and_deals_without_a_lead_do_not_count(company: Company) -> None:
    company.drop_file("deal_events", [won("8001", "2026-11-15"), won("ghost", "2026-11-15"), won("", "2026-11-15")])
    assert warnings(company) == []


def test_with_ids_in_one_form_and_merges_four_people_have_four_wins(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.settings.feeds.write_text(ONE_FORM, encoding="utf-8")
    people = ["8001", "8002", "ada@example.com", "Ada@Example.com", "0031t00000Tj91Q", "bo@example.com"]
    company.drop_file("lead_events", [lead(name, "demo", "2026-10-03") for name in people])
    ids = ["0031t00000Tj91QAAZ", "8001;8002", "bo@example.com", "BO@example.com"]
    company.drop_file("deal_events", [won(name, "2026-11-15") for name in ids])
    company.drop_file("record_merges", [merge("8002", "8001", "2026-11-01")])
    assert warnings(company) == []
    company.build("2026-11-20", select="+int_credited_leads +fct_won_deals_monthly")
    leads = company.query("select lead_id, deal_id is not null as is_customer from intermediate.int_credited_leads")
    assert {row["lead_id"]: row["is_customer"] for row in leads} == {
        "8001": True,
        "ada@example.com": False,
        "0031t00000tj91qaar": True,
        "bo@example.com": True,
    }
    (month,) = company.query(
        "select won_deals, credited_customers from marts.fct_won_deals_monthly where segment='all'"
    )
    assert month == {"won_deals": 4, "credited_customers": 3}
