"""The sample company in the fake Salesforce says what its event files say."""

from datetime import date

import pytest

from tests.support.crm_samples import Sample
from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.loading import load_sample
from tests.support.salesforce.moments import Value, render
from tests.support.salesforce.tables import Row


@pytest.fixture(scope="module")
def sample() -> Sample[SalesforceCompany]:
    return load_sample(date(2026, 3, 20), scale=0.1)


def rows(sample: Sample[SalesforceCompany], name: str) -> list[Row]:
    return list(sample.company.tables[name].rows.values())


def when(value: Value) -> str:
    return str(render(value)).replace(".000+0000", "Z")


def test_the_events_of_people(sample: Sample[SalesforceCompany]) -> None:
    company = sample.company
    became = {row["ConvertedContactId"] for row in rows(sample, "Lead")}
    told = [(row["Id"], f"lead:{row['LeadSource']}", when(row["CreatedDate"])) for row in rows(sample, "Lead")]
    told += [
        (row["Id"], f"contact:{row['LeadSource']}", when(row["CreatedDate"]))
        for row in rows(sample, "Contact")
        if row["Id"] not in became
    ]
    told += [
        (row["LeadId"], f"status:{row['NewValue']}", when(row["CreatedDate"]))
        for row in rows(sample, "LeadHistory")
        if row["Field"] == "Status"
    ]
    for row in rows(sample, "CampaignMember"):
        campaign = company.tables["Campaign"].rows[str(row["CampaignId"])]
        person = row["LeadId"] or row["ContactId"]
        told.append((person, f"campaign:{campaign['Type']}", when(row["FirstRespondedDate"])))
    in_files = [(row["lead_id"], row["event_type"], row["occurred_at"]) for row in sample.lead_events]
    assert sorted(map(str, told)) == sorted(map(str, in_files))
    assert len(told) > 3_000


def test_the_events_of_deals(sample: Sample[SalesforceCompany]) -> None:
    told = [
        (row["OpportunityId"], row["StageName"], when(row["CreatedDate"]), row["Amount"], row["CurrencyIsoCode"])
        for row in rows(sample, "OpportunityHistory")
    ]
    in_files = [
        (
            row["deal_id"],
            row["stage"],
            row["occurred_at"],
            float(row["amount"]) if row["amount"] else None,
            row["currency"],
        )
        for row in sample.deal_events
    ]
    assert sorted(map(str, told)) == sorted(map(str, in_files))


def test_the_merges(sample: Sample[SalesforceCompany]) -> None:
    told = {
        (row["Id"], row["ConvertedContactId"], when(row["ConvertedDate"]))
        for row in rows(sample, "Lead")
        if row["IsConverted"]
    }
    assert told == {(row["from_id"], row["into_id"], row["occurred_at"]) for row in sample.merges}
    assert len(told) > 100


def test_the_contact_of_each_deal(sample: Sample[SalesforceCompany]) -> None:
    contacts: dict[Value, set[Value]] = {}
    for row in sorted(rows(sample, "OpportunityContactRole"), key=lambda one: bool(one["IsPrimary"])):
        found = contacts.setdefault(row["OpportunityId"], set())
        if row["IsPrimary"]:
            found.clear()
        found.add(row["ContactId"])
    assert all(len(found) == 1 for found in contacts.values())
    assert all(contacts.get(row["deal_id"], {""}) == {row["lead_id"]} for row in sample.deal_events)
    primary = [row["IsPrimary"] for row in rows(sample, "OpportunityContactRole")]
    assert 0 < sum(map(bool, primary)) < len(primary)
