"""Contacts and deals of HubSpot as statements."""

from typing import Any

from lead_sla.crm.hubspot.contacts import to_contact
from lead_sla.crm.hubspot.deals import HISTORY_LIMIT, choose_contact, to_deal
from lead_sla.crm.hubspot.objects import contacts

CONTACTS = contacts("region")


def contact(lifecycle: list[tuple[str, str]] = [], **properties: str | None) -> dict[str, Any]:  # noqa: B006 - is not changed
    own = {"createdate": "2026-01-03T08:00:00Z", "lastmodifieddate": "2026-01-20T16:00:00.1Z", **properties}
    history = [{"timestamp": at, "value": value} for at, value in lifecycle]
    return {"id": "101", "properties": own, "propertiesWithHistory": {"lifecyclestage": history}}


def deal(**histories: list[tuple[str, str]]) -> dict[str, Any]:
    """A deal from the histories of its properties, oldest first, as HubSpot gives them: newest first."""
    entries = {
        name: [{"timestamp": f"2026-01-{at}T00:00:00Z", "value": value} for at, value in reversed(history)]
        for name, history in histories.items()
    }
    values = {name: history[-1][1] for name, history in histories.items()}
    properties = {"hs_lastmodifieddate": "2026-02-01T00:00:00Z", **values}
    return {"id": "9001", "properties": properties, "propertiesWithHistory": entries}


def states(statement: dict[str, Any]) -> list[tuple[str, str, str | None, str | None]]:
    return [(state["at"][8:10], state["stage"], state["amount"], state["currency"]) for state in statement["history"]]


def test_a_contact_says_how_it_stands_and_what_happened() -> None:
    record = contact(
        [("2026-01-05T00:00:00Z", "customer"), ("2026-01-04T00:00:00Z", ""), ("2026-01-03T08:00:00Z", "lead")],
        hs_analytics_source="ORGANIC_SEARCH",
        region="emea",
        hs_calculated_form_submissions="f-2:1767600000000;f-1:1767513600000",
    )
    assert to_contact(record, CONTACTS, "region") == {
        "id": "101",
        "version": "2026-01-20T16:00:00.100Z",
        "archived": False,
        "segment": "emea",
        "source": "ORGANIC_SEARCH",
        "events": [
            {"code": "created:ORGANIC_SEARCH", "at": "2026-01-03T08:00:00.000Z"},
            {"code": "form:f-1", "at": "2026-01-04T08:00:00.000Z"},
            {"code": "form:f-2", "at": "2026-01-05T08:00:00.000Z"},
        ],
        "lifecycle": [
            {"code": "lifecycle:lead", "at": "2026-01-03T08:00:00.000Z"},
            {"code": "lifecycle:customer", "at": "2026-01-05T00:00:00.000Z"},
        ],
    }


def test_a_contact_without_source_segment_and_forms() -> None:
    statement = to_contact(contact(region=" ", hs_calculated_form_submissions=None), CONTACTS, "region")
    assert (statement["segment"], statement["source"]) == (None, None)
    assert statement["events"] == [{"code": "created:unknown", "at": "2026-01-03T08:00:00.000Z"}]


def test_only_the_configured_property_is_the_segment() -> None:
    assert to_contact(contact(region="emea"), CONTACTS, None)["segment"] is None


def test_a_deal_has_its_whole_state_at_each_change() -> None:
    record = deal(
        pipeline=[("03", "default")],
        dealstage=[("03", "open"), ("09", "won")],
        amount=[("05", "100"), ("09", "120")],
        deal_currency_code=[("10", "EUR")],
    )
    assert states(to_deal(record, "101")) == [
        ("03", "default/open", None, None),
        ("05", "default/open", "100", None),
        ("09", "default/won", "120", None),
        ("10", "default/won", "120", "EUR"),
    ]


def test_a_value_that_is_set_again_is_no_change() -> None:
    record = deal(pipeline=[("03", "default")], dealstage=[("03", "open"), ("04", "open")], amount=[("03", "100")])
    assert states(to_deal(record, None)) == [("03", "default/open", "100", None)]


def test_an_amount_that_is_cleared_is_null_from_then_on() -> None:
    record = deal(pipeline=[("03", "default")], dealstage=[("03", "open")], amount=[("03", "100"), ("04", "")])
    assert states(to_deal(record, None)) == [("03", "default/open", "100", None), ("04", "default/open", None, None)]


def test_a_property_without_history_has_had_its_value_all_the_time() -> None:
    record = deal(dealstage=[("03", "open")])
    record["properties"]["pipeline"] = "default"
    assert states(to_deal(record, None)) == [("03", "default/open", None, None)]


def test_what_hubspot_has_forgotten_of_a_history_stays_as_it_landed() -> None:
    amounts = [(f"{day:02}", str(day)) for day in range(4, 4 + HISTORY_LIMIT + 3)]
    complete = {"pipeline": [("03", "default")], "dealstage": [("03", "open"), ("05", "talks")]}
    landed = to_deal(deal(**complete, amount=amounts[:6]), "101")
    now = to_deal(deal(**complete, amount=amounts[3:]), "101", landed["history"])
    assert states(now) == [
        ("03", "default/open", None, None),
        ("04", "default/open", "4", None),
        *((day, "default/talks", str(int(day)), None) for day, _ in amounts[1:]),
    ]


def test_of_several_contacts_the_smallest_number_counts() -> None:
    assert choose_contact({"1002", "99", "101"}) == "99"
    assert choose_contact(set()) is None
