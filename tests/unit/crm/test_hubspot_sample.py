"""The sample company in the fake says what its event files say: read over HTTP, without the product."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.seeds import check_seeds
from tests.support.hubspot.loading import CODES, LIFECYCLE, PERSONAL, SEGMENT, Sample, load_sample
from tests.support.hubspot.server import Server, running

UNTIL = date(2026, 1, 31)
CONTACT_PROPERTIES = f"{SEGMENT},hs_analytics_source,hs_calculated_form_submissions"
DEAL_HISTORIES = ("pipeline", "dealstage", "amount", "deal_currency_code")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return load_sample(UNTIL, scale=0.1)


@pytest.fixture
def server(sample: Sample) -> Iterator[Server]:
    with running(sample.company) as server:
        yield server


def read_all(server: Server, kind: str, **query: str) -> Iterator[dict[str, Any]]:
    """Every record of a list."""
    headers = {"Authorization": f"Bearer {server.token}"}
    after: dict[str, str] = {}
    with requests.Session() as session:
        while True:
            url = f"{server.url}/crm/objects/2026-09/{kind}"
            page = session.get(url, params={"limit": "50", **query, **after}, headers=headers, timeout=10).json()
            yield from page["results"]
            if "paging" not in page:
                return
            after = {"after": page["paging"]["next"]["after"]}


def tell_contact(contact: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The events of a contact: creation, forms, lifecycle stages."""
    properties = contact["properties"]
    source = properties["hs_analytics_source"]
    told = [(f"created:{source}", properties["createdate"])]
    for submission in filter(None, (properties["hs_calculated_form_submissions"] or "").split(";")):
        form, moment = submission.split(":")
        told.append((f"form:{form}", datetime.fromtimestamp(int(moment) / 1000, UTC).isoformat()))
    stages = contact["propertiesWithHistory"]["lifecyclestage"]
    told += [(f"lifecycle:{one['value']}", one["timestamp"]) for one in stages if one["value"]]
    for code, moment in told:
        yield contact["id"], code, seconds(moment), properties[SEGMENT] or "", source


def tell_deal(deal: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The events of a deal: its state at each moment at which something changed."""
    histories = {name: deal["propertiesWithHistory"].get(name, []) for name in DEAL_HISTORIES}
    for moment in {one["timestamp"] for versions in histories.values() for one in versions}:
        state = {
            name: next((one["value"] for one in versions if one["timestamp"] <= moment), "")
            for name, versions in histories.items()
        }
        stage = f"{state['pipeline']}/{state['dealstage']}"
        yield deal["id"], stage, seconds(moment), state["amount"], state["deal_currency_code"]


def seconds(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%dT%H:%M:%SZ}"


def test_contacts_say_what_the_lead_events_say(sample: Sample, server: Server) -> None:
    contacts = read_all(server, "contacts", properties=CONTACT_PROPERTIES, propertiesWithHistory="lifecyclestage")
    told = sorted(event for contact in contacts for event in tell_contact(contact))
    columns = ("lead_id", "event_type", "occurred_at", "segment", "channel")
    assert told == sorted(tuple(row[name] for name in columns) for row in sample.lead_events)


def test_deals_say_what_the_deal_events_say(sample: Sample, server: Server) -> None:
    deals = read_all(server, "deals", propertiesWithHistory=",".join(DEAL_HISTORIES))
    told = sorted(event for deal in deals for event in tell_deal(deal))
    columns = ("deal_id", "stage", "occurred_at", "amount", "currency")
    assert told == sorted(tuple(row[name] for name in columns) for row in sample.deal_events)


def test_deals_have_the_contact_of_their_events(sample: Sample) -> None:
    named = {(int(row["deal_id"]), int(row["lead_id"])) for row in sample.deal_events if row["lead_id"]}
    assert named == set(sample.company.labels)


def test_the_sample_needs_what_hubspot_can_say(sample: Sample) -> None:
    """Cleared and repeated stages, amounts that come and go, deals without a contact, both pipelines, every code."""
    contacts, deals = (sample.company.stores[kind].records.values() for kind in ("contacts", "deals"))
    stages = [[one.value for one in contact.history["lifecyclestage"]] for contact in contacts]
    assert any("" in values for values in stages)
    assert any(values.count("opportunity") > 1 for values in stages)
    assert any("" in [one.value for one in deal.history.get("amount", [])] for deal in deals)
    assert any(not row["lead_id"] for row in sample.deal_events)
    assert {row["stage"].partition("/")[0] for row in sample.deal_events} == {"default", "74635201"}
    assert set(CODES.values()) < {row["event_type"] for row in sample.lead_events}
    assert len(LIFECYCLE) + 4 == len(CODES)


def test_ids_sort_differently_as_text(sample: Sample) -> None:
    ids = sample.company.ids("contacts")
    assert sorted(ids) != ids


def test_a_request_that_names_no_property_shows_personal_data(server: Server) -> None:
    (first, *_) = read_all(server, "contacts")
    assert [mark for mark in PERSONAL if mark in str(first)] == list(PERSONAL[:3])


def test_both_folders_have_seeds_and_feeds_that_hold(sample: Sample, tmp_path: Path) -> None:
    sample.write_files(tmp_path)
    check_seeds(tmp_path / "seeds", "USD")
    assert [feed.name for feed in load_feeds(tmp_path / "feeds.yml")] == ["lead_events", "deal_events"]
    with (tmp_path / "landing" / "lead_events" / "events.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == sample.lead_events
    sample.write_folder(tmp_path / "pulled")
    assert not (tmp_path / "pulled" / "landing").exists()
    assert "source: hubspot" in (tmp_path / "pulled" / "feeds.yml").read_text(encoding="utf-8")
