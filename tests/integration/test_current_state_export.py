"""A daily export of deals in their current state gives those of the true history, but for what happened before it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lead_sla.sample.company import write_company
from tests.support.harness import Company, write_csv

FIRST, LAST = date(2026, 6, 26), date(2026, 6, 30)
FEEDS = """
feeds:
  - name: lead_events
    kind: lead_events
    files: lead_events/*
  - name: crm_deals
    kind: deal_records
    files: crm/*
    record_id: deal_id
    complete: true
    columns: {deal_id: deal_id, lead_id: lead_id, amount: amount, currency: currency}
    events:
      - stage: stage
        occurred_at: {observed: true}
        keep: every_version
"""
COLUMNS = ["deal_id", "lead_id", "stage", "amount", "currency"]
DEALS = """
select deal_id, lead_id, stage, outcome, amount, currency, won_date from intermediate.int_deal_versions
where valid_from <= '{day}' and (valid_to is null or valid_to > '{day}')
order by deal_id
"""


def state_of(company: Company, day: date) -> list[dict[str, Any]]:
    """The deals as they stood at the end of a day."""
    return company.query(DEALS.format(day=day))


@pytest.mark.soak
def test_five_days_of_a_current_state_export_give_the_deals_of_the_true_history(tmp_path: Path) -> None:
    write_company(tmp_path / "true", LAST)
    true = Company.at(tmp_path / "true")
    true.land()
    true.build(LAST, select="+int_deal_versions")
    write_company(tmp_path / "export", LAST)
    export = Company.at(tmp_path / "export")
    export.settings.feeds.write_text(FEEDS, encoding="utf-8")
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        path = export.settings.landing_dir / "crm" / f"{day}.csv"
        write_csv(path, COLUMNS, [{name: row[name] for name in COLUMNS} for row in state_of(true, day)])
        export.land(datetime(day.year, day.month, day.day, 22))
        export.build(day, select="+int_deal_versions")
    expected = [
        # What had happened before the first export was seen with it.
        row | {"won_date": row["won_date"] and max(row["won_date"], FIRST)}
        for row in state_of(true, LAST)
    ]
    assert state_of(export, LAST) == expected
    assert sum(row["won_date"] is not None and row["won_date"] > FIRST for row in expected) > 0
