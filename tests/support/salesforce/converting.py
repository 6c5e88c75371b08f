"""What Salesforce does when a lead is converted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.salesforce.company import SalesforceCompany

NOT_CONTACTED, CONVERTED = "Open - Not Contacted", "Closed - Converted"
OF_PERSON = ("FirstName", "LastName", "Name", "Email", "Phone", "MobilePhone", "LeadSource")


def convert(company: SalesforceCompany, lead: str, deal: str | None, at: datetime | None, into: str | None) -> str:
    """Make a contact of a lead, which stays, or add it to one; its campaign members name both from then on."""
    lead_table, contact_table = company.tables["Lead"], company.tables["Contact"]
    row = lead_table.rows[lead]
    assert not row["IsConverted"], f"lead {lead} is converted already"
    mapped = [name for name in lead_table.fields if name in OF_PERSON or name.endswith("__c")]
    values = {name: row[name] for name in mapped if name in contact_table.fields}
    contact = into or company.add("Contact", at, **values)
    if into:  # which keeps what it has
        empty = [name for name in values if contact_table.rows[into][name] is None]
        company.touch("Contact", into, at, **{name: values[name] for name in empty})
    if deal is not None:
        company.add_role(deal, contact, is_primary=True, at=at)
    company.edit(
        "Lead",
        lead,
        at,
        IsConverted=True,
        ConvertedDate=company.moment(at).date(),
        ConvertedContactId=contact,
        ConvertedOpportunityId=deal,
        Status=CONVERTED,
    )
    if company.tracked:
        company.note(lead, "leadConverted", at)
    for member in company.tables["CampaignMember"].where(LeadId=lead):
        company.touch("CampaignMember", member, at, ContactId=contact)
    return contact
