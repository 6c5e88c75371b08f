"""Whether an account can be read: the token, its scopes, the property of the segment and the calls that are left."""

from collections.abc import Callable, Sequence

from lead_sla.crm.errors import MissingError, PullError, RefusedError
from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.hubspot.objects import DEALS, contacts
from lead_sla.crm.hubspot.reading import OBJECTS, count_records, read_associations
from lead_sla.inputs.crm_sources import CrmSource


def require_segment(hubspot: HubSpot, source: CrmSource) -> None:
    """HubSpot leaves out a property that it does not have, and every lead would be without a segment.

    Raises:
        PullError: there is no such property.
    """
    if source.segment is None:
        return
    try:
        hubspot.get("crm/properties", f"contacts/{source.segment}")
    except MissingError as error:
        raise PullError(
            f"HubSpot has no contact property '{source.segment}', the segment of source {source.name}. Correct "
            f"`segment` in feeds.yml; it is the internal name of the property. {error}"
        ) from error
    except RefusedError:
        return  # a scope that only this needs; whatever else is refused fails with the first records


def list_calls(hubspot: HubSpot, source: CrmSource) -> Sequence[Callable[[], object]]:
    """Each kind of call that a pull makes, to be made once."""
    segment = source.segment
    return (
        lambda: require_segment(hubspot, source),
        lambda: hubspot.get(OBJECTS, "contacts", [("limit", "1")]),
        lambda: hubspot.get(OBJECTS, "deals", [("limit", "1")]),
        lambda: count_records(hubspot, contacts(segment)),
        lambda: count_records(hubspot, DEALS),
        lambda: read_associations(hubspot, ["1"]),
        lambda: hubspot.get("crm/pipelines", "deals"),
    )
