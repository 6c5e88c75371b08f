"""The objects of an org and their fields, as far as anything of the project could ask for them."""

from typing import Final, NamedTuple

ID, REFERENCE, STRING, PICKLIST, BOOLEAN = "id", "reference", "string", "picklist", "boolean"
DOUBLE, CURRENCY, INT, DATE, DATETIME = "double", "currency", "int", "date", "datetime"


class Field(NamedTuple):
    """A field: its type, the object that a reference names, and what a query may not do with it."""

    type: str
    target: str = ""
    is_filterable: bool = True


class Kind(NamedTuple):
    """An object: how its ids begin, and its fields by name."""

    name: str
    prefix: str
    fields: dict[str, Field]
    is_deletable: bool = True


_TYPES: Final = {
    "": STRING,
    "!": BOOLEAN,
    "#": DOUBLE,
    "$": CURRENCY,
    "%": INT,
    "@": DATE,
    "^": DATETIME,
    "|": PICKLIST,
}
_SYSTEM: Final = "^CreatedDate ^LastModifiedDate ^SystemModstamp"
_CURRENCY_CODE: Final = Field(PICKLIST)


def _kind(name: str, prefix: str, fields: str, *, is_deletable: bool = True) -> Kind:
    """An object; a mark before a name is the type, `>` before it a reference to the object after a colon."""
    found = {"Id": Field(ID)} | ({"IsDeleted": Field(BOOLEAN)} if is_deletable else {})
    for text in fields.split():
        if text.startswith(">"):
            field, target = text[1:].split(":")
            found[field] = Field(REFERENCE, target)
        elif text[0] in _TYPES:
            found[text[1:]] = Field(_TYPES[text[0]])
        else:
            found[text] = Field(STRING)
    return Kind(name, prefix, found, is_deletable)


_PERSON: Final = "FirstName LastName Name Email Phone MobilePhone |LeadSource"
KINDS: Final = {
    kind.name: kind
    for kind in (
        _kind(
            "Lead",
            "00Q",
            f"{_PERSON} Company |Status >MasterRecordId:Lead !IsConverted @ConvertedDate >ConvertedContactId:Contact "
            f">ConvertedOpportunityId:Opportunity {_SYSTEM}",
        ),
        _kind("Contact", "003", f"{_PERSON} >MasterRecordId:Contact {_SYSTEM}"),
        # A history has no SystemModstamp, and its values cannot be filtered.
        _kind("LeadHistory", "017", ">LeadId:Lead |Field OldValue NewValue ^CreatedDate"),
        _kind("Campaign", "701", f"Name |Type |Status {_SYSTEM}"),
        _kind(
            "CampaignMember",
            "00v",
            f">CampaignId:Campaign >LeadId:Lead >ContactId:Contact |Status !HasResponded @FirstRespondedDate {_SYSTEM}",
        ),
        _kind(
            "Opportunity",
            "006",
            f"Name |StageName $Amount @CloseDate !IsWon !IsClosed |Type >ContactId:Contact |LeadSource {_SYSTEM}",
        ),
        _kind(
            "OpportunityHistory",
            "008",
            ">OpportunityId:Opportunity |StageName $Amount @CloseDate ^CreatedDate ^SystemModstamp",
        ),
        _kind(
            "OpportunityContactRole",
            "00K",
            f">OpportunityId:Opportunity >ContactId:Contact |Role !IsPrimary {_SYSTEM}",
        ),
        _kind(
            "OpportunityStage",
            "01J",
            f"MasterLabel ApiName !IsActive %SortOrder !IsClosed !IsWon #DefaultProbability {_SYSTEM}",
            is_deletable=False,
        ),
        _kind(
            "LeadStatus",
            "01J",
            f"MasterLabel ApiName %SortOrder !IsDefault !IsConverted {_SYSTEM}",
            is_deletable=False,
        ),
        _kind(
            "CurrencyType",
            "01L",
            f"IsoCode #ConversionRate %DecimalPlaces !IsActive !IsCorporate {_SYSTEM}",
            is_deletable=False,
        ),
        _kind(
            "DatedConversionRate",
            "04w",
            f"IsoCode @StartDate @NextStartDate #ConversionRate {_SYSTEM}",
            is_deletable=False,
        ),
        _kind("Organization", "00D", "Name !IsSandbox TimeZoneSidKey InstanceName", is_deletable=False),
    )
}
for _name in ("OldValue", "NewValue"):
    KINDS["LeadHistory"].fields[_name] = Field(STRING, is_filterable=False)
# What exists only in an org with several currencies.
CURRENCY_OBJECTS: Final = ("CurrencyType", "DatedConversionRate")
CURRENCY_CODED: Final = ("Lead", "Contact", "Campaign", "CampaignMember", "Opportunity", "OpportunityHistory")


def relationship(field: str) -> str:
    """What a reference is called before a point: `Campaign` of `CampaignId`."""
    return field.removesuffix("Id")
