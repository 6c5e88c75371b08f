"""What an org has of objects and fields: what can be missing, and what a pull cannot do without."""

import pytest

from lead_sla.crm.errors import PullError
from tests.support.salesforce_pulls import Org


def test_what_the_org_does_not_have_is_left_out(salesforce: Org) -> None:
    for name in ("LeadHistory", "CampaignMember", "OpportunityContactRole", "OpportunityStage", "OpportunityHistory"):
        salesforce.company.hide(name)
    salesforce.company.hide("Opportunity", "Amount")
    salesforce.company.hide("Lead", "Region__c")
    salesforce.pull()
    lead = salesforce.current("leads")[salesforce.company.ids("Lead")[1]]
    assert (lead["segment"], lead["statuses"]) == (None, [])
    assert all(line["history"][0]["amount"] is None for line in salesforce.current("deals").values())
    asked = [request for request in salesforce.server.requests if request.status == 400]
    assert asked == []


def test_a_currency_that_an_org_has(salesforce: Org) -> None:
    salesforce.company.use_currencies("USD", EUR=0.9)
    deal = salesforce.company.add_opportunity(StageName="Open", Amount=12_000_000.0, CurrencyIsoCode="EUR")
    salesforce.pull()
    (state,) = salesforce.current("deals")[deal]["history"]
    assert (state["amount"], state["currency"]) == ("12000000", "EUR")


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (("Contact",), "no object Contact"),
        (("Opportunity", "StageName"), "no field StageName of Opportunity"),
    ],
    ids=["object", "field"],
)
def test_what_a_pull_cannot_do_without(salesforce: Org, hidden: tuple[str, ...], words: str) -> None:
    salesforce.company.hide(*hidden)
    with pytest.raises(PullError, match=words):
        salesforce.pull()


def test_a_segment_that_is_no_field(salesforce: Org) -> None:
    salesforce.source = type(salesforce.source)("salesforce", "salesforce", "Regoin__c")
    with pytest.raises(PullError, match="no field 'Regoin__c' of Lead or Contact"):
        salesforce.pull()


def test_another_segment_reads_all_people_again(salesforce: Org) -> None:
    for name in ("Lead", "Contact"):
        salesforce.company.add_field(name, "Area__c")
    salesforce.company.edit("Lead", salesforce.company.ids("Lead")[0], Area__c="north")
    salesforce.pull()
    for segment, given in (("Area__c", {None, "north"}), ("Region__c", {None, "emea"})):
        salesforce.pass_days(1)
        salesforce.source = type(salesforce.source)("salesforce", "salesforce", segment)
        salesforce.pull()
        assert {line["segment"] for line in salesforce.current("leads").values()} == given
        salesforce.assert_complete()
        salesforce.server.forget()
        salesforce.pull()
        assert salesforce.server.calls["queryAll Lead"] == 1
