"""HubSpot's own client reads every endpoint of the fake and validates each response against its models."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import hubspot_sdk
import pytest

from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.pipelines import Stage
from tests.support.hubspot.refusals import expired_token, locked, missing_scopes, rate_limited
from tests.support.hubspot.server import Server, running

SDK_VERSION = "2026-03"  # the one in the client's paths
HISTORIES = ["dealstage", "pipeline", "amount", "deal_currency_code"]
MODIFIED = "hs_lastmodifieddate"


@pytest.fixture
def server() -> Iterator[Server]:
    """Two contacts, a deal of both, a merged contact and an archived one; in the deal every property has a value."""
    company = HubSpotCompany()
    company.add_stage("default", Stage("closedwon", "Closed won", "1.0", is_closed=True))
    ada, sam, bea, eve = (company.add_contact(lifecyclestage="lead", hs_analytics_source="OFFLINE") for _ in range(4))
    deal = company.add_deal(ada, sam, pipeline="default", dealstage="open", amount="10", deal_currency_code="EUR")
    company.pass_time(60)
    company.edit("deals", deal, dealstage="closedwon", amount="12.5")
    company.associate(deal, sam, "Decision maker")
    company.merge("contacts", ada, bea)
    company.archive("contacts", eve)
    with running(company) as server:
        yield server


@pytest.fixture(params=[SDK_VERSION, "2026-09"])
def client(server: Server, request: pytest.FixtureRequest) -> Iterator[hubspot_sdk.HubSpot]:
    """The official client, which raises when a response is not of its model; it does not retry."""

    def ask_for_version(outgoing: httpx.Request) -> None:
        path = outgoing.url.raw_path.decode().replace(f"/{SDK_VERSION}", f"/{request.param}")
        outgoing.url = outgoing.url.copy_with(raw_path=path.encode())

    with httpx.Client(event_hooks={"request": [ask_for_version]}) as http_client:
        yield hubspot_sdk.HubSpot(
            base_url=server.url,
            access_token=server.token,
            max_retries=0,
            http_client=http_client,
            _strict_response_validation=True,
        )


def test_lists_follow_the_cursor(client: hubspot_sdk.HubSpot, server: Server) -> None:
    pages = client.crm.objects.contacts.list(limit=1, properties=["hs_analytics_source"])
    assert [contact.id for contact in pages] == ["96", "100"]
    assert server.calls == {"list contacts": 2}
    archived = [*client.crm.objects.contacts.list(archived=True, properties=["lifecyclestage"])]
    assert [(one.id, one.archived, one.archived_at) for one in archived] == [
        ("98", True, datetime(2026, 1, 5, 6, 1, tzinfo=UTC))
    ]


def test_a_history_has_the_newest_version_first(client: hubspot_sdk.HubSpot) -> None:
    (deal,) = client.crm.objects.deals.list(properties_with_history=HISTORIES)
    assert deal.properties_with_history is not None
    assert [one.value for one in deal.properties_with_history["dealstage"]] == ["closedwon", "open"]
    assert [one.value for one in deal.properties_with_history["pipeline"]] == ["default"]
    assert deal.properties["amount"] == "12.5"


def test_a_merged_contact_has_the_ids_that_it_took_in(client: hubspot_sdk.HubSpot) -> None:
    batch = client.crm.objects.contacts.batch.get(
        inputs=[{"id": "95"}, {"id": "97"}, {"id": "12"}],
        properties=["hs_merged_object_ids"],
        properties_with_history=["lifecyclestage"],
    )
    assert [(one.id, one.properties["hs_merged_object_ids"]) for one in batch.results] == [("100", "95;97")]
    errors: Any = batch.model_extra
    assert errors["errors"][0]["context"] == {"ids": ["12"]}


def test_search(client: hubspot_sdk.HubSpot) -> None:
    found = client.crm.objects.deals.search(
        after="0",
        filter_groups=[{"filters": [{"operator": "GTE", "property_name": MODIFIED, "value": "2026-01-05T06:01:00Z"}]}],
        limit=200,
        properties=["amount"],
        sorts=[MODIFIED],
    )
    assert (found.total, [one.properties["amount"] for one in found.results]) == (1, ["12.5"])


def test_associations(client: hubspot_sdk.HubSpot, server: Server) -> None:
    server.limits.association_page = 2
    batch = client.crm.associations.batch.get("contacts", from_object_type="deals", inputs=[{"id": "99"}, {"id": "7"}])
    (first,) = batch.results
    assert [(one.to_object_id, one.association_types[0].label) for one in first.to] == [
        ("96", None),
        ("96", "Decision maker"),
    ]
    assert first.paging is not None
    assert first.paging.next is not None
    following = client.crm.associations.batch.get(
        "contacts", from_object_type="deals", inputs=[{"id": "99", "after": first.paging.next.after}]
    )
    assert [one.to_object_id for one in following.results[0].to] == ["100"]


def test_stages(client: hubspot_sdk.HubSpot) -> None:
    (pipeline,) = client.crm.pipelines.list("deals").results
    assert [(one.id, one.label, one.metadata) for one in pipeline.stages] == [
        ("closedwon", "Closed won", {"isClosed": "true", "probability": "1.0"})
    ]


def test_usage_and_details(client: hubspot_sdk.HubSpot) -> None:
    (usage,) = client.account.get_daily_private_apps_usage().results
    assert (usage.current_usage, usage.usage_limit) == (1, 500_000)
    assert client.account.get().company_currency == "USD"


def test_a_property_without_a_value_is_null(client: hubspot_sdk.HubSpot) -> None:
    """So HubSpot answers; the models of its client say that every value is a text."""
    with pytest.raises(hubspot_sdk.APIResponseValidationError):
        client.crm.objects.contacts.list(properties=["phone"])


def test_errors(client: hubspot_sdk.HubSpot, server: Server) -> None:
    answers = [
        (expired_token(), hubspot_sdk.AuthenticationError),
        (missing_scopes(["crm.objects.deals.read"]), hubspot_sdk.PermissionDeniedError),
        (locked(), hubspot_sdk.APIStatusError),
        (rate_limited("DAILY"), hubspot_sdk.RateLimitError),
    ]
    for number, (answer, error) in enumerate(answers, start=1):
        server.faults.answer(number, answer)
        with pytest.raises(error) as caught:
            client.crm.pipelines.list("deals")
        assert caught.value.body == answer.body
