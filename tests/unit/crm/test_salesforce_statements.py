"""Leads, contacts and opportunities of Salesforce as statements, and the person of a deal."""

from typing import Any

import pytest

from lead_sla.crm.salesforce.deals import choose_person, to_deal
from lead_sla.crm.salesforce.people import set_lead, to_contact, to_lead

MOMENT = "2026-01-20T16:00:00.000+0000"


def row(record_id: str, **values: Any) -> dict[str, Any]:
    own = {"Id": record_id, "IsDeleted": False, "CreatedDate": "2026-01-03T08:00:00.000+0000", "SystemModstamp": MOMENT}
    return {**own, **values}


def change(at: str, record_id: str = "008", **values: Any) -> dict[str, Any]:
    return row(record_id, CreatedDate=f"2026-01-{at}T00:00:00.000+0000", **values)


def member(day: str | None, kind: str | None = "Webinar", **values: Any) -> dict[str, Any]:
    return row("00v", FirstRespondedDate=day, Campaign=kind and {"attributes": {}, "Type": kind}, **values)


def states(deal: Any) -> list[tuple[str, str, str | None]]:
    return [(state["at"][:10], state["stage"], state["amount"]) for state in deal["history"]]


def test_a_lead_says_how_it_stands_and_what_it_has_done() -> None:
    history = [
        change("07", "2", NewValue="Qualified"),
        change("05", "1", NewValue="Working"),
        change("06", "3", NewValue=""),
    ]
    members = [member("2026-01-04"), member("2026-01-04"), member(None), member("2026-01-05", IsDeleted=True)]
    lead = to_lead(row("00Q1", LeadSource="Web", Region__c="EMEA"), "Region__c", history, members, is_gone=False)
    assert lead == {
        "id": "00Q1",
        "version": "2026-01-20T16:00:00.000Z",
        "archived": False,
        "segment": "EMEA",
        "source": "Web",
        "deal_id": None,
        "events": [
            {"code": "lead:Web", "at": "2026-01-03T08:00:00.000Z"},
            {"code": "campaign:Webinar", "at": "2026-01-04"},
        ],
        "statuses": [
            {"code": "status:Working", "at": "2026-01-05T00:00:00.000Z"},
            {"code": "status:Qualified", "at": "2026-01-07T00:00:00.000Z"},
        ],
    }


def test_what_was_deleted_with_its_record_still_says_what_that_did() -> None:
    lead = to_lead(row("00Q1", IsDeleted=True), None, [], [member("2026-01-04", None, IsDeleted=True)], is_gone=True)
    assert [event["code"] for event in lead["events"]] == ["lead:unknown", "campaign:unknown"]
    assert lead["archived"]


def test_only_a_contact_that_was_no_lead_begins_as_one() -> None:
    contact = to_contact(row("0031", LeadSource=" "), None, [member("2026-01-04")], None, is_gone=False)
    assert [event["code"] for event in contact["events"]] == ["contact:unknown", "campaign:Webinar"]
    converted = set_lead(contact, "00Q1")
    assert [event["code"] for event in converted["events"]] == ["campaign:Webinar"]
    assert set_lead(converted, None) == contact


def test_a_deal_has_its_whole_state_at_each_change() -> None:
    history = [
        change("09", "3", StageName="Won", Amount="1.2E7"),
        change("05", "2", StageName="Open", Amount="100.50"),
        change("05", "1", StageName="Open", Amount="90.0"),
        change("03", "0", StageName="Open", Amount=None),
        change("10", "4", StageName="Won", Amount="12000000.0"),
        change("11", "5", StageName="Lost", Amount=None, IsDeleted=True),
    ]
    deal = to_deal(row("006", StageName="Won", IsClosed=True, CloseDate="2026-01-09"), history, [], {"Won"})
    assert states(deal) == [
        ("2026-01-03", "Open", None),
        ("2026-01-05", "Open", "100.5"),
        ("2026-01-09", "Won", "12000000"),
    ]


@pytest.mark.parametrize("closed", [{"Won"}, set()], ids=["known", "deleted"])
def test_a_deal_that_was_entered_when_it_was_closed_has_its_close_date(closed: set[str]) -> None:
    history = [change("03", StageName="Won", Amount="5")]
    deal = to_deal(row("006", StageName="Won", IsClosed=True, CloseDate="2025-11-30"), history, [], closed)
    assert [state["at"] for state in deal["history"]] == ["2025-11-30"]


def test_a_deal_without_history_stands_as_it_does() -> None:
    deal = to_deal(row("006", StageName="Open", IsClosed=False, CloseDate="2026-03-30", Amount=7), [], [], set())
    assert states(deal) == [("2026-01-03", "Open", "7")]


@pytest.mark.parametrize(
    ("primary", "roles", "converted", "gone", "qualified", "expected"),
    [
        (["c2"], ["c1", "c2"], "c9", [], {}, ("c2", "primary")),
        (["c2"], ["c1", "c2"], "c9", ["c2"], {}, ("c9", "converted lead")),
        ([], ["c1", "c2"], "c9", [], {}, ("c9", "converted lead")),
        ([], ["c1"], None, [], {}, ("c1", "only contact")),
        (
            [],
            ["c1", "c2", "c3"],
            None,
            [],
            {"c2": "2026-01-05", "c3": "2026-01-04T09:00"},
            ("c3", "earliest qualified"),
        ),
        ([], ["c1", "c2"], None, [], {}, ("c1", "smallest id")),
        ([], ["c1", "c2"], None, ["c1"], {}, ("c2", "only contact")),
        ([], [], None, [], {}, (None, None)),
    ],
    ids=["primary", "primary-gone", "converted", "only", "qualified", "smallest", "gone", "none"],
)
def test_the_person_of_a_deal(primary, roles, converted, gone, qualified, expected) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    deal = {"primary_ids": primary, "role_ids": roles}
    assert choose_person(deal, converted, gone, qualified) == expected
