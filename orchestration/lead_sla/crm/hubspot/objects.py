"""The two objects that are read, and what is asked for of each: never a name, an address or a phone number."""

from dataclasses import dataclass

MERGED_IDS = "hs_merged_object_ids"


@dataclass(frozen=True)
class CrmObject:
    """An object of HubSpot's CRM.

    Attributes:
        name: as paths and folders have it.
        singular: as merges have it.
        modified: the property with the moment of the last change.
        properties: whose current values are asked for.
        histories: whose earlier values are asked for too.
    """

    name: str
    singular: str
    modified: str
    properties: tuple[str, ...]
    histories: tuple[str, ...]


def contacts(segment: str | None) -> CrmObject:
    """Contacts, with the property that has the segment."""
    properties = (
        "createdate",
        "lastmodifieddate",
        "hs_analytics_source",
        "hs_calculated_form_submissions",
        "lifecyclestage",
        MERGED_IDS,
    )
    own = (segment,) if segment and segment not in properties else ()
    return CrmObject("contacts", "contact", "lastmodifieddate", (*properties, *own), ("lifecyclestage",))


DEAL_STATE = ("pipeline", "dealstage", "amount", "deal_currency_code")
DEALS = CrmObject(
    "deals",
    "deal",
    "hs_lastmodifieddate",
    ("createdate", "hs_lastmodifieddate", *DEAL_STATE, MERGED_IDS),
    DEAL_STATE,
)
