"""The warning about feeds of which most events are in quarantine, whatever their size."""

from pathlib import Path

from lead_sla.transform import explaining
from lead_sla.transform.explaining import AUDIT, MOSTLY_QUARANTINED
from tests.support.cases import lead, leads, won
from tests.support.harness import Company, invoke_dbt

FEEDS = """
feeds:
  - {name: leads, kind: lead_events, files: leads/*}
  - {name: webinars, kind: lead_events, files: webinars/*}
  - {name: typos, kind: lead_events, files: typos/*}
  - {name: crm, kind: deal_events, files: crm/*}
  - {name: shop, kind: deal_events, files: shop/*}
"""


def test_feeds_of_which_most_events_do_not_count_are_named_with_the_commonest_reason(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.settings.feeds.write_text(FEEDS, encoding="utf-8")
    # Half of it counts; more than that is no reason to warn.
    company.drop_file(
        "lead_events", [*leads(2, "demo", "2026-10-03"), *leads(2, "demo", "2099-03-01", "ahead")], "1.csv", "leads"
    )
    company.drop_file("lead_events", leads(3, "demo", "2099-03-01", "webinar"), "1.csv", "webinars")
    company.drop_file(
        "lead_events", [lead("l", "brochure", "2026-10-03"), lead("m", "fax", "2026-10-03")], "1.csv", "typos"
    )
    deals = [won("demo-2026-10-03-0", "2026-11-01"), won("ghost", "2026-11-01"), won("phantom", "2026-11-02")]
    company.drop_file(
        "deal_events", [*deals, won("demo-2026-10-03-0", "2026-11-01", deal_id="d", amount="-1")], "1.csv", "crm"
    )
    company.drop_file("deal_events", [won("demo-2026-10-03-1", "2026-11-01")], "1.csv", "shop")
    company.refresh("2026-11-20", select="+rpt_data_quality +quarantined_events")
    results = invoke_dbt(
        company.settings, ["compile", "--select", MOSTLY_QUARANTINED, "--vars", '{"as_of_date": "2026-11-20"}']
    )
    (query,) = (result.node.compiled_code for result in results if result.node.name == MOSTLY_QUARANTINED)
    test = explaining.Test("", "", "", f"{AUDIT}.{MOSTLY_QUARANTINED}")
    described = explaining.store_failures(company.settings, test, query, 2)
    assert described.split("\n")[1:] == [
        "Feed crm: 3 of 4 events in quarantine, 2 of them as unknown_lead (the deal names a lead that no accepted lead "
        "event has), such as ghost on line 3 of crm/1.csv. To do: land the lead; if its events are in quarantine "
        "themselves, release those.",
        "Feed webinars: 3 of 3 events in quarantine, 3 of them as occurred_in_future (dated after the day that follows "
        "as_of_date or the newest landing day, whichever is later), such as 2099-03-01 on line 2 of webinars/1.csv. To "
        "do: nothing, if it is planned: it counts on its day; otherwise correct the clock at the source.",
    ]
