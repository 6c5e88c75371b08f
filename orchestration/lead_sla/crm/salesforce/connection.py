"""The connection to a Salesforce org that the settings name."""

from collections.abc import Callable, Iterable, Iterator

from lead_sla.crm.clock import Clock
from lead_sla.crm.rates import ProposedRate
from lead_sla.crm.salesforce.account import pull_account
from lead_sla.crm.salesforce.checking import list_calls
from lead_sla.crm.salesforce.client import Org
from lead_sla.crm.salesforce.rates import read_rates
from lead_sla.crm.salesforce.stages import read_stages
from lead_sla.crm.salesforce.tokens import Credentials
from lead_sla.crm.slices import Line
from lead_sla.crm.stages import ProposedStage, find_deleted
from lead_sla.crm.trying import find_problems
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings


class SalesforceConnection:
    """Salesforce as `lead_sla.crm.connection.Connection`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is called yet.

        Raises:
            InputError: a setting is missing.
        """
        credentials = Credentials.read(settings)
        self._org = Org(credentials, clock)
        self._clock = clock
        self.url = f"https://{credentials.domain}"

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return self._org.calls

    @property
    def calls_left(self) -> int | None:
        """How many calls the org has left today."""
        return self._org.calls_left

    def pull(self, settings: Settings, source: CrmSource, report: Callable[[str], None]) -> dict[str, int]:
        """Read what is new of leads, contacts and deals."""
        return pull_account(settings, source, self._org, self._clock, report)

    def find_problems(self, source: CrmSource) -> Iterator[str]:
        """Make each kind of call that a pull makes, once."""
        return find_problems(list_calls(self._org, source))

    def propose_stages(self, deals: Iterable[Line]) -> list[ProposedStage]:
        """The stages of opportunities."""
        stages = read_stages(self._org)
        return [*stages, *find_deleted(deals, {stage.stage for stage in stages}, "Salesforce")]

    def propose_rates(self, currency: str) -> list[ProposedRate]:
        """The dated rates of an org with several currencies."""
        return read_rates(self._org, currency)
