"""Whether an org can be read, for `lead-sla doctor`."""

from collections.abc import Callable, Sequence

from lead_sla.crm.salesforce.client import Org
from lead_sla.crm.salesforce.objects import READ
from lead_sla.crm.salesforce.schema import read_schema
from lead_sla.crm.salesforce.soql import IDENTIFIER, select
from lead_sla.inputs.crm_sources import CrmSource


def list_calls(org: Org, source: CrmSource) -> Sequence[Callable[[], object]]:
    """Each kind of call that a pull makes, to be made once."""

    def query(name: str) -> Callable[[], object]:
        return lambda: org.query(select((IDENTIFIER,), name, limit=1))

    return [lambda: read_schema(org, source), *(query(one.name) for one in READ if one.is_required)]
