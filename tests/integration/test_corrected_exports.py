"""Exports that people had: exported again with corrections, and with a column for each date."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import agreed, sla
from tests.support.harness import Company
from tests.support.sharing import empty_home

FEEDS = """
feeds:
  - name: contacts
    kind: lead_records
    files: crm/contacts*.csv
    record_id: Contact
    columns: {lead_id: Contact, segment: Region}
    events:
      - event_type: Form
        occurred_at: Submitted
        keep: every_version
  - name: deals
    kind: deal_records
    files: crm/deals*.csv
    record_id: Record ID
    columns: {deal_id: Record ID, lead_id: Contact, amount: Amount}
    events:
      - stage: Deal Stage
        occurred_at: Last Modified
        keep: every_version
  - name: lead_events
    kind: lead_events
    files: lead_events/*
    corrections: latest
  - name: deal_events
    kind: deal_events
    files: deal_events/*
    corrections: latest
  - name: stages
    kind: deal_records
    files: hubspot/*.csv
    timezone: America/New_York
    thousands: ","
    record_id: Record ID
    columns: {deal_id: Record ID, lead_id: Contacts, amount: Amount}
    first_of: {lead_id: ";"}
    where: {column: Pipeline, values: [Sales]}
    events:
      - stage: {constant: proposal}
        occurred_at: In "Proposal"
      - stage: {constant: won}
        occurred_at: In "Won"
      - stage: {constant: lost}
        occurred_at: In "Lost"
"""
BEFORE = {
    "crm/contacts-10.csv": """Contact,Form,Submitted,Region
c-1,whitepaper,2026-10-05 09:30,emea
c-2,whitepaper,2026-10-06 09:30,emea
""",
    "crm/deals-10.csv": """Record ID,Deal Stage,Amount,Last Modified,Contact
d-1,proposal,20000,2026-10-10 12:00,c-1
""",
    "lead_events/1.csv": """event_id,lead_id,event_type,occurred_at,segment
1,a,demo,2026-11-02,all
2,b,demo,2027-11-03,emea
3,c,demo,2026-11-04,apac
4,d,demo,2026-11-04,emea
""",
    "deal_events/1.csv": """event_id,deal_id,lead_id,stage,amount,currency,occurred_at
1,dc,c,won,-500,USD,2026-11-10
2,dd,d,won,500,EURO,2026-11-10
3,da,a,won,100,USD,2026-11-10
4,db,b,Won,900,USD,2026-11-10
""",
}
AFTER = {
    "crm/contacts-11.csv": """Contact,Form,Submitted,Region
c-1,demo,2026-11-03 10:00,emea
c-2,whitepaper,2026-10-06 09:30,apac
c-3,demo,2026-11-04 10:00,emea
""",
    "crm/deals-11.csv": """Record ID,Deal Stage,Amount,Last Modified,Contact
d-1,won,20000,2026-11-10 12:00,c-1
""",
    "lead_events/2.csv": """event_id,lead_id,event_type,occurred_at,segment
1,a,demo,2026-11-02,emea
2,b,demo,2026-11-03,emea
3,c,demo,2026-11-04,emea
""",
    "deal_events/2.csv": """event_id,deal_id,lead_id,stage,amount,currency,occurred_at
1,dc,c,won,500,USD,2026-11-10
2,dd,d,won,500,EUR,2026-11-10
3,da,a,won,1000,USD,2026-11-10
4,db,b,won,900,USD,2026-11-10
""",
    "hubspot/deals.csv": '''Record ID,Pipeline,Amount,"In ""Proposal""","In ""Won""","In ""Lost""",Contacts
101,Sales,21000,2026-11-16 13:43,2026-11-20 22:47,,c-3
102,Sales,,2026-11-03 13:34,,2026-11-05 11:40,c-2;c-3
103,Sales,"$36,300",2026-11-08 17:08,,,c-3
104,Renewals,58.8k,2026-11-08 17:08,2026-11-09 10:00,,c-1
''',
}  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(empty_home(tmp_path_factory))
    company.settings.feeds.write_text(FEEDS, encoding="utf-8")
    company.seed("sla_definitions", [sla("leads"), sla("points", "points")])
    company.seed("agreed_rate_card", [agreed("demo", 0.1, "2026-01-01"), agreed("whitepaper", 0.01, "2026-01-01")])
    company.seed("exchange_rates", [{"currency": "EUR", "effective_from": "2026-01-01", "rate": "1.1"}])
    for files, landed_at in ((BEFORE, datetime(2026, 11, 12)), (AFTER, datetime(2026, 11, 26))):
        drop(company, files)
        company.land(landed_at)
        company.build("2026-11-26", select="+int_credit_ledger +int_credited_leads +rpt_data_quality")
    return company


def drop(company: Company, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path: Path = company.settings.landing_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def deals(company: Company, *ids: str) -> list[tuple[Any, ...]]:
    rows = company.query(
        "select deal_id, lead_id, stage, won_date, deal_value from intermediate.int_deal_versions "
        "where valid_to is null order by deal_id"
    )
    return [tuple(row.values()) for row in rows if row["deal_id"] in ids]


def test_a_contact_that_is_exported_again_with_another_form_is_upgraded(company: Company) -> None:
    (found,) = company.query(
        "select sum(points) as points from intermediate.int_credit_ledger "
        "where entry_date between '2026-11-01' and '2026-11-30' and segment = 'emea' and feed = 'contacts'"
    )
    assert float(found["points"]) == pytest.approx(19)
    assert deals(company, "d-1") == [("d-1", "c-1", "won", date(2026, 11, 10), 20000.0)]
    segments = company.query("select segment from intermediate.int_lead_touches where lead_id = 'c-2'")
    assert segments == [{"segment": "apac"}]


def test_corrections_of_segment_year_amount_currency_and_stage_are_taken(company: Company) -> None:
    leads = company.query(
        "select segment, count(*) as leads from intermediate.int_lead_touches "
        "where feed = 'lead_events' group by segment"
    )
    assert leads == [{"segment": "emea", "leads": 4}]
    worth = [(name, value) for name, _, _, _, value in deals(company, "da", "db", "dc", "dd")]
    assert worth == [("da", 1000.0), ("db", 900.0), ("dc", 500.0), ("dd", pytest.approx(550.0))]
    fates = company.query(
        "select reason, row_count from marts.rpt_data_quality "
        "where feed = 'deal_events' and reason in ('accepted', 'superseded') order by reason"
    )
    assert [row["row_count"] for row in fates] == [4, 4]


def test_each_column_of_a_date_is_an_event(company: Company) -> None:
    assert deals(company, "101", "102", "103", "104") == [
        ("101", "c-3", "won", date(2026, 11, 21), 21000.0),
        ("102", "c-2", "lost", None, None),
        ("103", "c-3", "proposal", None, None),
    ]
    amounts = company.query("select amount from intermediate.int_deal_versions where deal_id = '103'")
    assert amounts == [{"amount": Decimal("36300.00")}]
    (filtered,) = company.query(
        "select row_count from marts.rpt_data_quality where feed = 'stages' and reason = 'filtered'"
    )
    assert filtered["row_count"] == 1
