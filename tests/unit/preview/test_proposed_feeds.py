"""A proposed feed reads its file: whatever the file looks like, what is proposed can be pasted and lands."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from lead_sla.preview.previews import preview_file
from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, moments, propose


def test_events_with_ids_of_their_own(settings: Settings) -> None:
    proposed = propose(
        settings,
        "crm/forms-2026-11-05.csv",
        "Submission,Contact,Form,Submitted,Region\ns-1,c-1,Demo,2026-11-02 09:30,EMEA\n"
        "s-2,c-1,Webinar,2026-11-03 18:00,\n",
    )
    assert proposed.text == (
        "  - name: crm_forms\n"
        "    kind: lead_events\n"
        "    files: crm/forms*.csv\n"
        "    # decide: the zone in which the export writes times, since they have no offset\n"
        "    timezone: UTC\n"
        "    columns:\n"
        "      event_id: Submission\n"
        "      lead_id: Contact\n"
        "      event_type: Form\n"
        "      occurred_at: Submitted\n"
        "      segment: Region\n"
    )
    assert proposed.decisions == 1
    assert landed(proposed) == (2, 0)


def test_a_german_export(settings: Settings) -> None:
    text = (
        "Deal ID;Kontakt;Phase;Betrag;Abschluss;Währung\n"
        "d-1;k-1;Gewonnen;3.500,00;21.06.2026 15:30;EUR\n"
        "d-2;k-2;Angebot;1.235,50;22.06.2026 09:00;EUR\n"
    )
    proposed = propose(settings, "deals.csv", text.encode("windows-1252"))
    assert 'delimiter: ";"' in proposed.text
    assert "In windows-1252 it has the words Währung" in proposed.text
    assert 'dates: ["%d.%m.%Y %H:%M"]' in proposed.text
    assert 'decimal: ","\n    thousands: .' in proposed.text
    assert "values: [Gewonnen]" in proposed.text
    assert landed(proposed)[1] == 0
    assert "3500.00" in proposed.outcome.rows[0]


def test_a_report_with_a_title_and_a_notice(settings: Settings) -> None:
    proposed = propose(
        settings,
        "report.csv",
        "Leads of November\nRegion,all\n\nLead ID,Lead Source,Created Date\nl-1,Web,2026-11-02\nl-2,Fair,2026-11-03\n\n"
        "Confidential Information\n",
    )
    assert "header_row: 4" in proposed.text
    assert "footer: {ignore_after_blank_line: true}" in proposed.text
    assert landed(proposed) == (2, 0)


def test_a_blank_line_within_the_data_is_no_footer(settings: Settings) -> None:
    proposed = propose(
        settings, "leads.csv", "Lead ID,Created Date\nl-1,2026-11-02\n\nl-2,2026-11-03\nl-3,2026-11-03\n"
    )
    assert "footer" not in proposed.text
    assert landed(proposed) == (3, 0)


def test_a_column_for_each_stage(settings: Settings) -> None:
    proposed = propose(
        settings,
        "deals.csv",
        'Deal ID,Contact ID,Amount,"Date entered ""Proposal""","Date entered ""Closed Won""",Last Activity Date\n'
        "d-1,c-1,500,2026-11-02,2026-11-09,2026-11-10\nd-2,c-2,700,2026-11-03,,2026-11-11\n",
    )
    assert '- stage: {constant: proposal}\n        occurred_at: "Date entered \\"Proposal\\""' in proposed.text
    assert "{constant: closed_won}" in proposed.text
    assert "# dates that give no event: Last Activity Date" in proposed.text
    assert landed(proposed) == (3, 0)


def test_several_rows_of_a_deal_without_ids_of_their_own(settings: Settings) -> None:
    proposed = propose(
        settings,
        "history.csv",
        "Opportunity ID,To Stage,Last Modified,Amount\no-1,Proposal,2026-11-02,5\no-1,Closed Won,2026-11-09,5\n",
    )
    assert "kind: deal_records" in proposed.text
    assert "keep: every_version" in proposed.text
    assert landed(proposed) == (2, 0)


def test_json_with_paths_and_a_history(settings: Settings) -> None:
    contacts = [
        {
            "id": str(number),
            "properties": {"createdate": "2026-11-02T09:00:00Z", "region": "emea"},
            "history": [{"value": "lead", "timestamp": "2026-11-03T09:00:00Z"}],
        }
        for number in (1, 2)
    ]
    proposed = propose(settings, "contacts.json", json.dumps(contacts))
    assert "occurred_at: properties.createdate" in proposed.text
    assert "segment: properties.region" in proposed.text
    assert "each: history\n        event_type: {element: value}" in proposed.text
    assert landed(proposed) == (4, 0)


def test_a_workbook_with_a_title_and_two_sheets(settings: Settings, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Notes"  # type: ignore[union-attr]
    sheet = book.create_sheet("Deals")
    for row in (
        ["Deals of November"],
        [],
        ["Deal ID", "Contact ID", "Stage", "Amount", "Close Date", "Created On"],
        ["d-1", "c-1", "Won", 1200.5, datetime(2026, 11, 9), datetime(2026, 11, 2, 9, 30)],
        ["d-2", "c-2", "Proposal", 900, None, datetime(2026, 11, 3, 9, 30)],
    ):
        sheet.append(row)
    book.save(tmp_path / "deals.xlsx")
    proposed = propose(settings, "crm/deals.xlsx", (tmp_path / "deals.xlsx").read_bytes())
    assert "header_row: 3" in proposed.text
    assert "# decide: the sheet with the most cells; others are Notes\n    sheet: Deals" in proposed.text
    assert landed(proposed) == (4, 0)
    assert moments(proposed)[1] == "2026-11-09"


def test_parquet(settings: Settings) -> None:
    location = settings.landing_dir / "leads.parquet"
    duckdb.sql(
        "copy (select range as lead_id, timestamptz '2026-11-02 09:00:00+00' as created_at, 'emea' as region "
        f"from range(3)) to '{location}' (format parquet)"
    )
    proposed = preview_file(location, settings).proposed
    assert proposed
    assert "segment: region" in proposed.text
    assert landed(proposed) == (3, 0)


def test_words_for_missing_values_are_listed_where_a_column_is_read(settings: Settings) -> None:
    proposed = propose(
        settings, "leads.csv", "Lead ID,Created Date,Region,Phone\nl-1,2026-11-02,(No value),-\nl-2,N/A,emea,-\n"
    )
    assert 'nulls: [N/A, "(No value)"]' in proposed.text
    assert landed(proposed) == (1, 0)


def test_the_path_tells_what_the_columns_do_not(settings: Settings) -> None:
    text = "mql_id,won_date,lead_type\nm-1,2026-11-02,online\nm-2,2026-11-03,online\n"
    of_deals = propose(settings, "crm/closed_deals.csv", text)
    assert "kind: deal_records" in of_deals.text
    assert "deal_id: mql_id\n      lead_id: mql_id\n" in of_deals.text
    assert "kind: lead_records" in propose(settings, "crm/leads.csv", text).text


def test_a_part_of_the_path_is_a_column(settings: Settings) -> None:
    proposed = propose(settings, "region=emea/leads.csv", "Lead ID,Created Date\nl-1,20261102\nl-2,20261224\n")
    assert 'files: "region=*/leads.csv"' in proposed.text
    assert "segment: region" in proposed.text
    assert 'dates: ["%Y%m%d"]' in proposed.text
    assert moments(proposed) == ["2026-11-02", "2026-12-24"]


def test_columns_of_both_orders_are_a_decision(settings: Settings) -> None:
    proposed = propose(settings, "leads.csv", "Lead ID,Created Date,Became an MQL Date\nl-1,11/13/2026,13/11/2026\n")
    assert "decide: some columns begin with the day and some with the month" in proposed.text
    assert landed(proposed) == (2, 0)


@pytest.mark.parametrize(
    ("stages", "asked"),
    [
        (("Proposal", "Negotiation"), "no deal of this file is closed: which values of Stage mean won and lost?"),
        (("Closed Won", "Proposal"), "is Closed Won all that Stage says of closed deals? List both won and lost"),
        (("Lost", "Proposal"), "is Lost all that Stage says of closed deals? List both won and lost"),
        (("Won", "Lost"), "no date tells when a deal entered the other values of Stage"),
    ],
    ids=["open", "won", "lost", "both"],
)
def test_stages_of_closed_deals_that_the_file_lacks_are_asked_for(
    settings: Settings, stages: tuple[str, str], asked: str
) -> None:
    rows = "".join(f"d-{at},c-1,{stage},2026-11-02\n" for at, stage in enumerate(stages))
    proposed = propose(settings, "deals.csv", "Deal ID,Contact ID,Stage,Close Date\n" + rows)
    assert f"# decide: {asked}" in proposed.text
    assert proposed.decisions == (1 if {"Won", "Lost"} == {*stages} else 2)


def test_events_without_a_type_are_asked_for(settings: Settings) -> None:
    text = "Submission,Contact ID,Form,Submitted\ns-1,c-1,Demo,2026-11-02\ns-2,c-1,,2026-11-03\n"
    proposed = propose(settings, "forms.csv", text)
    assert "# decide: rows without Form are rejected; {column: ..., default: ...} gives them one" in proposed.text
    assert landed(proposed) == (1, 1)


def test_a_name_of_a_person_is_no_id_of_a_lead(settings: Settings) -> None:
    proposed = propose(settings, "deals.csv", "Deal ID,Contact,Stage,Close Date\nd-1,Ada,Won,2026-11-02\n")
    assert "# decide: Contact has to be the id that the feed of leads has" in proposed.text


@pytest.mark.parametrize(
    "name",
    ["Lead: Region", "# Region", "Region\nof lead", "Re\u2028gion", "*Region", "null", "Région", "it's", 'a "b"'],
)
def test_any_name_of_a_column_can_be_pasted(settings: Settings, name: str) -> None:
    row = json.dumps({"Lead ID": "l-1", "Created Date": "2026-11-02", f"Became a {name} date": "2026-11-03"})
    assert landed(propose(settings, "leads.jsonl", row + "\n")) == (2, 0)


def test_text_in_utf_16_without_a_mark(settings: Settings) -> None:
    proposed = propose(settings, "leads.csv", "Lead ID\tCreated Date\nl-1\t2026-11-02\n".encode("utf-16-le"))
    assert "delimiter: tab\n    encoding: utf-16-le\n" in proposed.text
    assert landed(proposed) == (1, 0)


def test_a_hidden_sheet_is_no_choice(settings: Settings, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Lead ID", "Created Date"])  # type: ignore[union-attr]
    book.active.append(["l-1", "2026-11-02"])  # type: ignore[union-attr]
    book.create_sheet("cache").sheet_state = "hidden"
    book.save(tmp_path / "leads.xlsx")
    proposed = propose(settings, "leads.xlsx", (tmp_path / "leads.xlsx").read_bytes())
    assert "\n    sheet: Sheet\n" in proposed.text
    assert proposed.decisions == 0
    assert landed(proposed) == (1, 0)


def test_ids_that_repeat_only_beyond_the_sample_are_not_unique(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lead_sla.preview.samples.SAMPLE_ROWS", 2)
    rows = "".join(f"c-{number // 2},Demo,2026-11-0{number + 1}\n" for number in range(8))
    proposed = propose(settings, "activity.csv", "Lead ID,Activity Type,Activity Date\n" + rows)
    assert "keep: every_version" in proposed.text
    assert landed(proposed) == (8, 0)
