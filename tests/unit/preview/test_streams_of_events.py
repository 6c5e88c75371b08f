"""Files of events are proposed as such, with the dates of their rows instead of the day on which they are seen."""

import json

import pytest

from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, moments, propose

ISO_FORMS = "Submission ID,Email,Form,Submitted at\ns-1,a@x.com,Demo,2026-11-02\ns-2,b@x.com,PDF,2026-11-03\n"
US_FORMS = (
    "Timestamp,Submission ID,Email,Form name,Page\n"
    "11/12/2026 9:30 AM,s-1,a@x.com,Demo,/demo\n11/13/2026 9:30 AM,s-2,a@x.com,Demo,/demo\n"
)


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (
            ISO_FORMS,
            "event_id: Submission ID\n      lead_id: Email\n      event_type: Form\n      occurred_at: Submitted at",
        ),
        (
            US_FORMS,
            "lead_id: Email\n      event_type: Form name\n      occurred_at: Timestamp\n      landing_page: Page",
        ),
        (
            "Ref,Wann,Wer\nR-1,2026-11-02,W-1\nR-2,2026-11-03,W-2\nR-3,2026-11-04,W-1\n",
            "event_id: Ref\n      lead_id: Wer\n      event_type: {constant: created}\n      occurred_at: Wann",
        ),
        (
            "id,deal_id,to_stage,changed_at\n1,d-1,Won,2026-11-02\n2,d-2,Won,2026-11-03\n",
            "event_id: id\n      deal_id: deal_id\n      stage: to_stage\n      occurred_at: changed_at",
        ),
    ],
    ids=["each-person-once", "us-dates", "by-values", "history-of-stages"],
)
def test_rows_with_ids_of_their_own_are_events(settings: Settings, content: str, columns: str) -> None:
    proposed = propose(settings, "export.csv", content)
    assert "_events\n" in proposed.text
    assert columns in proposed.text
    assert "observed" not in proposed.text
    assert landed(proposed) == (content.count("\n") - 1, 0)


def test_an_email_address_as_the_lead_is_a_decision_and_read_in_small_letters(settings: Settings) -> None:
    proposed = propose(settings, "export.csv", ISO_FORMS.replace("a@x.com", "A@X.com"))
    assert "# decide: Email identifies the lead; the feed of deals has to have the same in lead_id" in proposed.text
    assert "normalize:\n      lead_id: lower" in proposed.text
    assert proposed.outcome.rows[0][2] == "a@x.com"


def test_ids_and_moments_inside_of_objects(settings: Settings) -> None:
    rows = [
        {"id": f"e{at}", "type": "form_submit", "ts": 1764000000 + at, "person": {"id": f"p{at}"}} for at in range(3)
    ]
    proposed = propose(settings, "export.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    assert "event_id: id\n      lead_id: person.id\n      event_type: type\n      occurred_at: ts" in proposed.text
    assert moments(proposed)[0] == "2025-11-24 16:00:00"


def test_a_user_inside_of_an_event_is_the_lead(settings: Settings) -> None:
    rows = [{"id": f"e{at}", "type": "signup", "ts": 1764000000 + at, "user": {"id": f"u{at}"}} for at in range(3)]
    proposed = propose(settings, "export.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    assert "event_id: id\n      lead_id: user.id\n" in proposed.text
    assert "# decide: each row is taken for an event with the id in id, of the lead in user.id" in proposed.text


def test_a_number_is_no_id_of_an_event_or_a_person(settings: Settings) -> None:
    text = "Timestamp,Email,Employees\n2026-11-02,a@x.com,12\n2026-11-03,b@x.com,50\n"
    assert "event_id" not in propose(settings, "answers.csv", text).text
    text = "id,signup,score\n1,2026-11-02,12\n2,2026-11-03,50\n3,2026-11-04,12\n"
    assert "lead_id: id\n" in propose(settings, "people.csv", text).text


def test_contacts_with_ids_and_email_addresses_are_records(settings: Settings) -> None:
    proposed = propose(
        settings, "export.csv", "ID,Email,Created At,Source\n1,a@x.com,2026-11-02,Web\n2,b@x.com,2026-11-03,Web\n"
    )
    assert "kind: lead_records" in proposed.text
    assert "lead_id: ID\n" in proposed.text
    assert "not mapped, kept as attributes: Email\n" in proposed.text


def test_answers_of_a_form_without_ids(settings: Settings) -> None:
    proposed = propose(
        settings,
        "answers.csv",
        "Timestamp,Email Address,What do you need?\n11/13/2026 9:30:00,a@x.com,Demo\n11/14/2026 9:30:00,b@x.com,Demo\n",
    )
    assert "record_id: Email Address" in proposed.text
    assert "occurred_at: Timestamp\n        keep: every_version" in proposed.text
    assert "event type created; columns that could: What do you need?" in proposed.text
    assert moments(proposed) == ["2026-11-13 09:30:00", "2026-11-14 09:30:00"]


def test_a_date_that_one_of_three_events_lacks(settings: Settings) -> None:
    proposed = propose(
        settings,
        "events.csv",
        "Event ID,Contact ID,Event,Event time\ne1,c1,Demo,2026-11-02\ne2,c2,Demo,soon\ne3,c1,Fair,2026-11-05\n",
    )
    assert "occurred_at: Event time" in proposed.text
    assert landed(proposed) == (2, 1)
    assert "'soon' is not an ISO 8601 date" in proposed.outcome.landed.reasons[0]


def test_a_date_that_no_format_reads(settings: Settings) -> None:
    proposed = propose(
        settings, "events.csv", "Event ID,Contact ID,Event,Event time\ne1,c1,Demo,2. November 2026\ne2,c2,Demo,soon\n"
    )
    assert (
        "decide: Event time is named as a date, and no known format reads 2. November 2026: see `dates`"
        in proposed.text
    )
    assert landed(proposed) == (0, 2)


def test_events_without_a_date_count_from_the_day_they_are_seen_which_is_a_decision(settings: Settings) -> None:
    proposed = propose(settings, "events.csv", "Event ID,Contact ID,Event\ne1,c1,Demo\ne2,c1,Demo\n")
    assert "record_id: Event ID\n    columns:\n      lead_id: Contact ID" in proposed.text
    assert "decide: no date tells since when Event is so: it counts from the day it is first seen" in proposed.text
    assert landed(proposed) == (2, 0)
