"""Record feeds, from files to the mart: one company over four days, in which each record stands for a case."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lead_sla.settings import PROJECT_DIR
from tests.support.cases import lead, sla
from tests.support.harness import Company, write_csv
from tests.support.sharing import empty_home

FEEDS = """
feeds:
  - name: contacts
    kind: lead_records
    files: contacts/*
    record_id: Id
    version: Modified
    withdrawn: {column: Archived, values: ["true"]}
    columns: {lead_id: Id, segment: Region}
    events:
      - event_type: {constant: whitepaper}
        occurred_at: Created
      - each: History
        event_type: {element: value}
        occurred_at: {element: at}
        keep: every_version
  - name: forms
    kind: lead_records
    files: forms/*
    record_id: Id
    columns: {lead_id: Id}
    events:
      - event_type: {constant: demo}
        occurred_at: Sent
  - name: deals
    kind: deal_records
    files: deals/*
    record_id: Id
    complete: true
    columns: {deal_id: Id, lead_id: Contact, amount: Amount}
    events:
      - stage: Stage
        occurred_at: {observed: true}
        keep: every_version
  - name: calls
    kind: lead_events
    files: calls/*
    corrections: latest
"""
CONTACTS = ["Id", "Modified", "Archived", "Region", "Created", "History"]
WEBCASTS = '[{"value": "webcast", "at": "2026-03-01T10:00:00Z"}, {"value": "webcast", "at": "2026-03-01T11:00:00Z"}]'
DEMO = '[{"value": "demo", "at": "2026-03-01T10:00:00Z"}]'
DAYS: list[dict[str, tuple[list[str], list[list[str]]]]] = [
    {
        "contacts": (
            CONTACTS,
            [
                ["corrected", "1", "", "emea", "2026-02-01", ""],
                ["enriched", "1", "", "", "2026-02-01", ""],
                ["returned", "1", "", "emea", "2026-02-01", ""],
                ["reordered", "5", "", "emea", "2026-02-01", ""],
                ["cut_off", "1", "", "emea", "2026-02-20", DEMO],
                ["both", "1", "", "emea", "2026-02-20", ""],
                ["odd", "1", "", "emea", "", WEBCASTS],
            ],
        ),
        "forms": (["Id", "Sent"], [["both", "2026-02-10"]]),
        "deals": (
            ["Id", "Contact", "Amount", "Stage"],
            [["d1", "corrected", "100", "proposal"], ["d2", "enriched", "50", "won"]],
        ),
        "calls": (["event_id", "lead_id", "event_type", "occurred_at"], [["1", "caller", "demo", "2026-02-05"]]),
    },
    {
        "contacts": (
            CONTACTS,
            [
                ["corrected", "2", "", "emea", "2026-02-03", ""],
                ["enriched", "2", "", "apac", "2026-02-01", ""],
                ["returned", "2", "true", "emea", "2026-02-01", ""],
                ["reordered", "3", "", "apac", "2026-02-09", ""],
                ["cut_off", "2", "", "emea", "2026-02-20", "[]"],
            ],
        ),
        "deals": (["Id", "Contact", "Amount", "Stage"], [["d1", "corrected", "100", "proposal"]]),
        "calls": (["event_id", "lead_id", "event_type", "occurred_at"], [["1", "caller", "demo", "2026-02-06"]]),
    },
    {
        "contacts": (CONTACTS, [["returned", "3", "", "emea", "2026-02-01", ""]]),
        "deals": (["Id", "Contact", "Amount", "Stage"], [["d1", "corrected", "120", "won"]]),
    },
]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Any]]:
    """What was known after each day."""
    company = Company(empty_home(tmp_path_factory))
    company.settings.feeds.write_text(FEEDS, encoding="utf-8")
    company.seed("sla_definitions", [sla("leads")])
    return [know(company, number) for number in range(len(DAYS))]


def know(company: Company, number: int) -> Mapping[str, Any]:
    for feed, (columns, rows) in DAYS[number].items():
        path = company.settings.landing_dir / feed / f"{number}.csv"
        write_csv(path, columns, [dict(zip(columns, row, strict=True)) for row in rows])
    company.land(datetime(2026, 3, 2 + number, 6))
    company.build("2026-03-31", data_tests=True)
    steps = "select lead_id, event_type, lead_date, segment from intermediate.int_lead_touches order by all"
    deals = "select deal_id, valid_from, stage, amount, won_date from intermediate.int_deal_versions order by all"
    quality = "select feed, reason, row_count from marts.rpt_data_quality"
    quarantined = "select path, line_number, code from staging.quarantined_events where feed = 'contacts' order by all"
    leads: dict[str, list[tuple[str, date, str]]] = {}
    for row in company.query(steps):
        leads.setdefault(row["lead_id"], []).append((row["event_type"], row["lead_date"], row["segment"]))
    counts = {(row["feed"], row["reason"]): row["row_count"] for row in company.query(quality)}
    return {
        "leads": leads,
        "deals": [tuple(row.values()) for row in company.query(deals)],
        "counts": counts,
        "quarantined": [tuple(row.values()) for row in company.query(quarantined)],
    }


def test_a_correction_replaces_what_the_record_said(days: list[Mapping[str, Any]]) -> None:
    assert days[0]["leads"]["corrected"] == [("whitepaper", date(2026, 2, 1), "emea")]
    assert days[1]["leads"]["corrected"] == [("whitepaper", date(2026, 2, 3), "emea")]


def test_a_segment_that_is_filled_in_later_counts_from_the_beginning(days: list[Mapping[str, Any]]) -> None:
    assert days[0]["leads"]["enriched"] == [("whitepaper", date(2026, 2, 1), "unassigned")]
    assert days[1]["leads"]["enriched"] == [("whitepaper", date(2026, 2, 1), "apac")]


def test_a_deleted_record_is_gone_and_comes_back_when_a_newer_statement_says_so(days: list[Mapping[str, Any]]) -> None:
    assert ["returned" in day["leads"] for day in days] == [True, False, True]
    assert [day["counts"]["contacts", "records_withdrawn"] for day in days] == [0, 1, 0]


def test_a_file_that_comes_late_with_an_older_version_changes_nothing(days: list[Mapping[str, Any]]) -> None:
    assert days[0]["leads"]["reordered"] == days[1]["leads"]["reordered"] == [("whitepaper", date(2026, 2, 1), "emea")]


def test_a_list_that_the_source_cuts_off_takes_no_event_back(days: list[Mapping[str, Any]]) -> None:
    whole = [("demo", date(2026, 2, 20), "emea"), ("whitepaper", date(2026, 2, 20), "emea")]
    assert days[0]["leads"]["cut_off"] == days[1]["leads"]["cut_off"] == whole


def test_the_same_record_in_two_feeds_is_one_lead(days: list[Mapping[str, Any]]) -> None:
    demo = ("demo", date(2026, 2, 10), "unassigned")
    assert days[2]["leads"]["both"] == [demo, ("whitepaper", date(2026, 2, 10), "unassigned")]


def test_observed_stages_count_from_the_day_they_were_first_seen(days: list[Mapping[str, Any]]) -> None:
    proposal = ("d1", date(2026, 3, 2), "proposal", Decimal("100.00"), None)
    assert days[1]["deals"] == [proposal]
    assert days[2]["deals"] == [proposal, ("d1", date(2026, 3, 4), "won", Decimal("120.00"), date(2026, 3, 4))]


def test_a_record_that_a_complete_file_no_longer_lists_is_gone(days: list[Mapping[str, Any]]) -> None:
    assert ("d2", date(2026, 3, 2), "won", Decimal("50.00"), date(2026, 3, 2)) in days[0]["deals"]
    assert [day["counts"]["deals", "records_withdrawn"] for day in days] == [0, 1, 1]


def test_a_corrected_event_replaces_the_one_with_its_id(days: list[Mapping[str, Any]]) -> None:
    assert days[1]["leads"]["caller"] == [("demo", date(2026, 2, 6), "unassigned")]
    assert days[1]["counts"]["calls", "superseded"] == 1


def test_quarantined_events_of_a_row_have_its_line(days: list[Mapping[str, Any]]) -> None:
    assert days[2]["quarantined"] == [("contacts/0.csv", 8, "webcast"), ("contacts/0.csv", 8, "webcast")]


def test_every_landed_event_is_accounted_for(days: list[Mapping[str, Any]]) -> None:
    fates = ("accepted", "replayed", "superseded", "withdrawn", "unknown_lead", "unknown_event_type")
    for feed in ("contacts", "forms", "deals", "calls"):
        counts = {reason: rows for (name, reason), rows in days[2]["counts"].items() if name == feed}
        assert counts["landed"] == sum(counts[fate] for fate in fates)


def test_the_example_of_the_how_to_gives_the_events_that_it_lists(tmp_path: Path) -> None:
    page = (PROJECT_DIR / "docs" / "how-to" / "record-feeds.md").read_text(encoding="utf-8")
    monday, tuesday = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    (entry,) = re.findall(r"```yaml\n(feeds:\n  - name: crm_deals.*?)```", page, re.DOTALL)
    company = Company(tmp_path)
    leads = "  - name: lead_events\n    kind: lead_events\n    files: lead_events/*\n"
    company.settings.feeds.write_text(entry + leads, encoding="utf-8")
    outcomes = {"opened": "open", "Proposal": "open", "Negotiation": "open", "Closed Won": "won"}
    stages = [
        {"stage": stage, "label": stage, "outcome": outcome, "stage_rank": str(rank)}
        for rank, (stage, outcome) in enumerate(outcomes.items(), start=1)
    ]
    company.seed("deal_stages", stages)
    company.drop_file("lead_events", [lead(f"c-{number}", "demo", "2026-10-01") for number in (1, 2, 3)])
    landing = company.settings.landing_dir / "crm"
    landing.mkdir()
    for number, (text, day) in enumerate([(monday, 2), (tuesday, 3)], start=1):
        (landing / f"deals-{number}.csv").write_text(text, encoding="utf-8")
        company.land(datetime(2026, 11, day, 20))
    company.build("2026-11-03", select="+stg_raw__deal_events")
    found = company.query(
        "select deal_id, stage, occurred_date, amount from staging.stg_raw__deal_events "
        "where disposition = 'accepted' order by all"
    )
    table = ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in found]
    assert "\n".join(["| --- | --- | --- | --- |", *table, ""]) in page
