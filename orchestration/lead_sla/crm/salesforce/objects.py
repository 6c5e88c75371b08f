"""The objects that are read, and what is asked for of each: never a name, an address or a phone number."""

from dataclasses import dataclass

UNKNOWN = "unknown"  # a lead without a source, a campaign without a type


@dataclass(frozen=True)
class SObject:
    """An object of Salesforce.

    Attributes:
        name: as Salesforce has it.
        required: fields without which it cannot be read.
        optional: fields that are left out where the org or the user does not have them.
        is_required: whether there is no pull without it.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    is_required: bool = False


SYSTEM = ("Id", "IsDeleted", "CreatedDate", "SystemModstamp")
LEAD = SObject(
    "Lead",
    SYSTEM,
    ("LeadSource", "MasterRecordId", "ConvertedDate", "ConvertedContactId", "ConvertedOpportunityId"),
    is_required=True,
)
LEAD_HISTORY = SObject("LeadHistory", ("Id", "IsDeleted", "CreatedDate", "LeadId", "Field", "NewValue"))
CONTACT = SObject("Contact", SYSTEM, ("LeadSource", "MasterRecordId"), is_required=True)
CAMPAIGN_MEMBER = SObject(
    "CampaignMember",
    ("Id", "IsDeleted", "SystemModstamp", "LeadId", "ContactId", "FirstRespondedDate", "Campaign.Type"),
)
OPPORTUNITY = SObject(
    "Opportunity", (*SYSTEM, "StageName", "CloseDate", "IsClosed"), ("Amount", "CurrencyIsoCode"), is_required=True
)
OPPORTUNITY_HISTORY = SObject(
    "OpportunityHistory",
    ("Id", "IsDeleted", "CreatedDate", "OpportunityId", "StageName"),
    ("Amount", "CurrencyIsoCode"),
)
ROLE = SObject(
    "OpportunityContactRole", ("Id", "IsDeleted", "SystemModstamp", "OpportunityId", "ContactId", "IsPrimary")
)
STAGE = SObject("OpportunityStage", ("ApiName", "MasterLabel", "IsActive", "IsClosed", "IsWon", "SortOrder"))
RATE = SObject("DatedConversionRate", ("IsoCode", "StartDate", "ConversionRate"))
READ = (LEAD, LEAD_HISTORY, CONTACT, CAMPAIGN_MEMBER, OPPORTUNITY, OPPORTUNITY_HISTORY, ROLE, STAGE)
WITH_SEGMENT = (LEAD, CONTACT)
