"""Whether an org can be read, for `lead-sla doctor`."""

from collections.abc import Callable, Iterator

from lead_sla.crm.errors import PullError
from lead_sla.crm.salesforce.client import Org
from lead_sla.crm.salesforce.objects import READ
from lead_sla.crm.salesforce.schema import read_schema
from lead_sla.crm.salesforce.soql import IDENTIFIER, select
from lead_sla.inputs.crm_sources import CrmSource


def find_problems(org: Org, source: CrmSource) -> Iterator[str]:
    """Make each kind of call that a pull makes, once, and say what is wrong with it."""

    def query(name: str) -> Callable[[], object]:
        return lambda: org.query(select((IDENTIFIER,), name, limit=1))

    calls = [lambda: read_schema(org, source), *(query(one.name) for one in READ if one.is_required)]
    seen: set[str] = set()
    for call in calls:
        try:
            call()
        except PullError as error:
            problem = str(error)
            if problem not in seen:
                seen.add(problem)
                yield problem
