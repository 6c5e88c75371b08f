"""What a file does not tell is marked, and nothing of it disappears without a word."""

import json

import pytest

from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, moments, propose


def test_without_ids_a_stand_in_names_the_candidates(settings: Settings) -> None:
    proposed = propose(settings, "export.csv", "Color,Size\nred,1\nred,1\nblue,1\n")
    assert (
        "# decide: no column was found that identifies the lead of a row; Color stands in for it. "
        "The candidates are Color, Size." in proposed.text
    )
    assert proposed.shape == "No column was found that identifies the lead of a row."
    assert landed(proposed) == (3, 0)


@pytest.mark.parametrize(
    "text",
    [
        "Lead ID,Lead Status\nl-1,New\nl-2,Old\n",
        "Lead ID,Region\nl-1,EMEA\nl-2,EMEA\n",
        "Lead ID,Created Date,Lifecycle Stage\nl-1,2026-11-02,MQL\nl-2,2026-11-03,MQL\n",
        "Deal ID,Contact ID,Stage\nd-1,c-1,Won\nd-2,c-2,Open\n",
        "Deal ID,Contact ID,Stage,Close Date\nd-1,c-1,Won,2026-11-02\nd-2,c-2,Lost,2026-11-02\n",
        "Deal ID,Contact ID,Stage,Won time\nd-1,c-1,Open,2026-11-02\nd-2,c-2,Open,2026-11-02\n",
        "Lead ID,Form\nl-1,Demo\nl-1,Demo\n",
    ],
    ids=["status", "nothing", "lifecycle", "stage", "closed", "won", "log"],
)
def test_what_counts_from_the_day_it_is_seen_is_a_decision(settings: Settings, text: str) -> None:
    proposed = propose(settings, "export.csv", text)
    above = proposed.text.split("    events:\n")[0].splitlines()
    assert "{observed: true}" in proposed.text
    assert above[-1].startswith("    # decide: no ") or above[-2].startswith("    # decide: no ")


def test_a_type_and_a_date_are_one_event(settings: Settings) -> None:
    proposed = propose(settings, "leads.csv", "lead_id,created,type\nl-1,2026-11-02,Demo\nl-2,2026-11-03,Fair\n")
    assert "# decide: type is taken for what happened at created" in proposed.text
    assert moments(proposed) == ["2026-11-02", "2026-11-03"]


def test_the_only_date_of_a_deal_is_that_of_its_stage(settings: Settings) -> None:
    proposed = propose(settings, "deals.csv", "Deal ID,Stage,Date\nd-1,Won,2026-11-02\nd-2,Open,2026-11-03\n")
    assert "# decide: Stage is taken for what happened at Date" in proposed.text
    assert moments(proposed) == ["2026-11-02", "2026-11-03"]


def test_columns_that_nothing_maps_are_listed_in_one_line(settings: Settings) -> None:
    proposed = propose(
        settings,
        "deals.csv",
        'Deal ID,Owner,Stage,"Line\nbreak",Close Date\nd-1,Ada,Won,a,2026-11-02\nd-2,Bo,Lost,b,\n',
    )
    assert "    # not mapped, kept as attributes: Owner, Line\\nbreak\n" in proposed.text


def test_columns_without_any_value_are_named(settings: Settings) -> None:
    text = "Lead ID,Amount,Created Date,Owner,Owner\nl-1,,2026-11-02,Ada,Bo\nl-2,,2026-11-03,Ada,Bo\n"
    proposed = propose(settings, "leads.csv", text)
    assert "    # without any value: Amount\n" in proposed.text


def test_a_column_without_a_name_cannot_be_mapped(settings: Settings) -> None:
    rows = [{"": f"l-{at}", "color": "red", "created": "2026-11-02"} for at in range(2)]
    proposed = propose(settings, "leads.json", json.dumps(rows))
    assert "color stands in for it. The candidates are color." in proposed.text


def test_a_list_is_a_history_whatever_its_fields_are_called(settings: Settings) -> None:
    rows = [
        {"deal_id": f"d-{at}", "created": "2026-11-01", "log": [{"nach": "won", "zeit": "2026-11-02"}]}
        for at in range(2)
    ]
    proposed = propose(settings, "deals.json", json.dumps(rows))
    assert "# decide: nach is taken for what happened in log; is it?" in proposed.text
    assert "- each: log\n        stage: {element: nach}\n        occurred_at: {element: zeit}" in proposed.text
    assert landed(proposed) == (4, 0)


def test_a_list_without_dates_is_mentioned(settings: Settings) -> None:
    rows = [{"lead_id": f"l-{at}", "created": "2026-11-01", "tags": [{"name": "a"}]} for at in range(2)]
    proposed = propose(settings, "leads.json", json.dumps(rows))
    assert "# lists that give no event, without a date and a code in their fields: tags" in proposed.text
    assert "# not mapped, kept as attributes: tags" in proposed.text


def test_lines_with_an_id_and_a_history_are_rows(settings: Settings) -> None:
    rows = [{"id": f"d-{at}", "stage": "Won", "history": [{"stage": "won", "at": "2026-11-02"}]} for at in range(2)]
    proposed = propose(settings, "deals.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    assert "record_id: id" in proposed.text
    assert "- each: history" in proposed.text
    assert landed(proposed) == (2, 0)
