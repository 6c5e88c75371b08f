"""What Salesforce does when two leads or contacts are merged."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.salesforce.company import SalesforceCompany

# What the master takes over; a history stays with the record that it is of.
TAKEN_OVER = {
    "Lead": (("CampaignMember", "LeadId"),),
    "Contact": (("CampaignMember", "ContactId"), ("OpportunityContactRole", "ContactId")),
}


def merge(company: SalesforceCompany, object_name: str, master: str, other: str, at: datetime | None) -> None:
    """Delete the other record, which names its master; the master takes over values that it does not have."""
    table = company.tables[object_name]
    kept, lost = table.rows[master], table.rows[other]
    assert not lost["IsDeleted"], f"{object_name} {other} is deleted"
    for child, field in TAKEN_OVER[object_name]:
        for child_id in company.tables[child].where(**{field: other}):
            company.touch(child, child_id, at, **{field: master})
    company.touch(
        object_name,
        master,
        at,
        **{name: value for name, value in lost.items() if kept[name] is None and name.endswith("__c")},
    )
    company.delete(object_name, other, at)
    table.change(other, MasterRecordId=master)
    if object_name == "Lead" and company.tracked:
        company.note(master, "leadMerged", at)
