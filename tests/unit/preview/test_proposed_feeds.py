"""A proposed feed reads its file: whatever the file looks like, what is proposed can be pasted and lands."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from lead_sla.errors import InputError
from lead_sla.preview.previews import preview_file
from lead_sla.preview.wording import describe_preview
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


@pytest.mark.parametrize(
    ("dates", "formats", "is_ambiguous"),
    [
        (("1/2/2026", "11/12/2026"), '["%m/%d/%Y"]', True),
        (("1/2/2026", "13/12/2026"), '["%d/%m/%Y"]', False),
        (("1/2/2026", "12/13/2026"), '["%m/%d/%Y"]', False),
        (("1/1/2026", "2/2/2026"), '["%m/%d/%Y"]', True),
        (("1.2.2026", "11.12.2026"), '["%d.%m.%Y"]', False),
        (("Nov 2, 2026", "Dec 24, 2026"), '["%b %d, %Y"]', False),
        (("2026-11-02", "12/24/2026"), '["%m/%d/%Y"]', False),
    ],
    ids=["ambiguous", "day-first", "month-first", "same-either-way", "points", "names", "mixed"],
)
def test_the_order_of_day_and_month_is_proposed_and_said_to_be_ambiguous_if_it_is(
    settings: Settings, dates: tuple[str, str], formats: str, is_ambiguous: bool
) -> None:
    rows = "".join(f'l-{number},"{date}"\n' for number, date in enumerate(dates))
    proposed = propose(settings, "leads.csv", "Lead ID,Created Date\n" + rows)
    assert f"dates: {formats}" in proposed.text
    assert ("is ambiguous" in proposed.text) == is_ambiguous
    assert landed(proposed) == (2, 0)


def test_an_ambiguous_column_follows_one_that_is_not(settings: Settings) -> None:
    proposed = propose(
        settings,
        "leads.csv",
        "Lead ID,Created Date,Became an MQL Date,Modified Date\nl-1,01/02/2026,03/02/2026,20/02/2026\n",
    )
    assert 'dates: ["%d/%m/%Y"]' in proposed.text
    assert "decide" not in proposed.text
    assert moments(proposed) == ["2026-02-01", "2026-02-03"]


def test_days_that_are_written_as_midnight_utc(settings: Settings) -> None:
    proposed = propose(
        settings, "leads.csv", "Lead ID,Created Date\nl-1,2026-01-02T00:00:00Z\nl-2,2026-01-03T00:00:00Z\n"
    )
    assert "days: [Created Date]" in proposed.text
    assert moments(proposed) == ["2026-01-02", "2026-01-03"]


def test_numbers_are_dates_only_under_a_name_of_dates(settings: Settings) -> None:
    proposed = propose(settings, "leads.csv", "Lead ID,Created At,Region\n1767225600000,1767258000000,46023\n")
    assert "dates: [unix_ms]" in proposed.text
    assert moments(proposed) == ["2026-01-01 09:00:00"]


@pytest.mark.parametrize(
    ("amounts", "signs", "is_ambiguous"),
    [
        (("1234.50", "99"), "", False),
        (('"$1,234.50"', "99"), 'decimal: .\n    thousands: ","', False),
        (('"1.234,5"', "99"), 'decimal: ","\n    thousands: .', False),
        (('"1 234,50"', "99"), 'decimal: ","\n    thousands: " "', False),
        (("1'234.50", "99"), 'decimal: .\n    thousands: "\'"', False),
        (("1.235", "2.500"), 'decimal: ","\n    thousands: .', True),
    ],
    ids=["plain", "us", "german", "french", "swiss", "ambiguous"],
)
def test_the_signs_of_amounts(settings: Settings, amounts: tuple[str, str], signs: str, is_ambiguous: bool) -> None:
    rows = "".join(f"d-{number},Open,{amount},2026-01-02\n" for number, amount in enumerate(amounts))
    proposed = propose(settings, "deals.csv", "Deal ID,Deal Stage,Amount,Create Date\n" + rows)
    assert (signs in proposed.text) if signs else ("decimal" not in proposed.text)
    assert ("is ambiguous" in proposed.text) == is_ambiguous
    assert landed(proposed)[1] == 0


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


def test_what_would_be_rejected_is_shown_with_its_reason(settings: Settings) -> None:
    rows = "".join(f"l-{number},2026-11-0{number}\n" for number in range(1, 9))
    proposed = propose(settings, "leads.csv", f"Lead ID,Created Date\n{rows}l-9,soon\n")
    assert landed(proposed) == (8, 1)
    [reason] = proposed.outcome.landed.reasons
    assert reason == "1 row, such as line 10: Created Date 'soon' is not an ISO 8601 date, or date and time"


def test_a_feed_that_takes_the_file_already_is_shown_instead(settings: Settings) -> None:
    location = settings.landing_dir / "lead_events" / "leads.csv"
    location.parent.mkdir()
    location.write_text("event_id,lead_id,event_type,occurred_at\n1,l-1,webinar,2026-11-02\n2,l-2,webinar,soon\n")
    preview = preview_file(location, settings)
    assert preview.proposed is None
    assert preview.taking
    assert preview.taking.feed.name == "lead_events"
    lines = "\n".join(describe_preview(preview, settings))
    assert "takes this file.\n1 row would land, 1 rejected:" in lines
    assert "feeds.yml, line 4)" in lines


def test_a_feed_is_proposed_if_the_one_that_takes_the_file_refuses_it(settings: Settings) -> None:
    location = settings.landing_dir / "deal_events" / "deals.csv"
    location.parent.mkdir()
    location.write_text("Deal ID,Stage,Amount,Close Date\nd-1,Won,500,2026-11-02\n")
    lines = "\n".join(describe_preview(preview_file(location, settings), settings))
    assert "takes this file, and refuses it: it has no column event_id" in lines
    assert "  - name: deal_events_deals\n" in lines


def test_the_words_of_a_preview(settings: Settings, tmp_path: Path) -> None:
    location = tmp_path / "deals.csv"
    location.write_text("Deal ID,Stage,Amount,Close Date\nd-1,Closed Won,500,2026-11-02\nd-2,won,5,2026-11-02\n")
    lines = list(describe_preview(preview_file(location, settings), settings))
    assert lines[0].endswith(
        "deals.csv: CSV, UTF-8, separated by commas; 2 rows, 4 columns with values. Each row is a deal as it stands: "
        "the ids in Deal ID are unique."
    )
    assert any("has to be below" in line for line in lines)
    assert "2 events would land, 0 rejected:" in lines
    assert lines[-2].endswith("which has none of these codes; check the outcome of each (open, won or lost):")
    assert lines[-1] == "Closed Won,Closed Won,won,60"


def test_nothing_of_the_company_changes(settings: Settings) -> None:
    location = settings.landing_dir / "leads.csv"
    location.write_text("Lead ID,Created Date\nl-1,2026-11-02\n")
    before = sorted((path, path.stat().st_mtime_ns) for path in settings.feeds.parent.rglob("*"))
    list(describe_preview(preview_file(location, settings), settings))
    assert sorted((path, path.stat().st_mtime_ns) for path in settings.feeds.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leads.txt", "Lead ID\n1\n", "its name does not end in .csv"),
        ("leads.csv", "", "has no rows"),
        ("leads.csv", "Lead ID,Created Date\n", "has no rows"),
        ("leads.csv", "2026-11-01,2026-11-02\n2026-11-01,2026-11-02\n", "no column identifies the lead or the deal"),
        ("leads.xlsx", "no workbook", "cannot be read as an Excel workbook"),
        ("leads.csv.gz", "not packed", "cannot be unpacked"),
        ("leads.jsonl", "[1]", "it is one JSON array"),
        (".leads.csv", "Lead ID\n1\n", "landing passes over files of such a name"),
    ],
    ids=["ending", "empty", "header-only", "only-dates", "no-workbook", "not-packed", "no-lines", "hidden"],
)
def test_a_file_that_no_feed_could_read(settings: Settings, name: str, content: str, reason: str) -> None:
    location = settings.landing_dir / name
    location.write_text(content)
    with pytest.raises(InputError, match=reason):
        preview_file(location, settings)


def test_a_file_that_is_not_there(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"nowhere.csv is not a file"):
        preview_file(settings.landing_dir / "nowhere.csv", settings)
