"""Which objects and fields an org has, so that no query names one that it does not have."""

from collections.abc import Mapping
from dataclasses import dataclass

from lead_sla.crm.errors import PullError
from lead_sla.crm.salesforce.client import Org
from lead_sla.crm.salesforce.objects import READ, WITH_SEGMENT, SObject
from lead_sla.inputs.crm_sources import CrmSource

REMEDY = "Give it read access to it (docs/how-to/connect-salesforce.md), and rerun."


@dataclass(frozen=True)
class Schema:
    """The fields to ask for, by object; an object that cannot be read is missing."""

    fields: Mapping[str, tuple[str, ...]]
    segment: str | None

    def has(self, sobject: SObject) -> bool:
        """Whether an object can be read."""
        return sobject.name in self.fields

    def of(self, sobject: SObject) -> tuple[str, ...]:
        """The fields of an object."""
        return self.fields[sobject.name]


def read_schema(org: Org, source: CrmSource) -> Schema:
    """Ask for each object which fields the user may see.

    Raises:
        PullError: an object, a field or the segment that a pull cannot do without is missing.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for sobject in READ:
        found = org.describe(sobject.name)
        missing = _find_missing(sobject, found)
        if found is not None and not missing:
            own = [source.segment] if source.segment and sobject in WITH_SEGMENT else []
            optional = [name for name in dict.fromkeys((*sobject.optional, *own)) if name in found]
            fields[sobject.name] = (*sobject.required, *optional)
        elif sobject.is_required:
            what = f"object {sobject.name}" if found is None else f"field {', '.join(missing)} of {sobject.name}"
            raise PullError(f"Salesforce shows no {what} to the user of the external client app. {REMEDY}")
    if source.segment and not any(source.segment in fields[one.name] for one in WITH_SEGMENT):
        raise PullError(
            f"Salesforce shows the user of the external client app no field '{source.segment}' of Lead or Contact, the "
            f"segment of source {source.name}. Correct `segment` in feeds.yml, which is the API name of the field, or "
            "give the user read access to it."
        )
    return Schema(fields, source.segment)


def _find_missing(sobject: SObject, found: frozenset[str] | None) -> list[str]:
    """Required fields that an object does not have; of a related object the field that leads to it has to be there."""
    if found is None:
        return []
    names = [f"{name.partition('.')[0]}Id" if "." in name else name for name in sobject.required]
    return [name for name in names if name not in found]
