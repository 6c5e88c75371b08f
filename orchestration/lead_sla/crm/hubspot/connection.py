"""The connection to a HubSpot account that the settings name."""

from collections.abc import Callable, Iterable, Iterator

from lead_sla.crm.clock import Clock
from lead_sla.crm.hubspot.account import pull_account
from lead_sla.crm.hubspot.checking import list_calls
from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.hubspot.refusals import TOKEN_SETTING
from lead_sla.crm.hubspot.stages import name_of, read_stages
from lead_sla.crm.rates import ProposedRate
from lead_sla.crm.slices import Line
from lead_sla.crm.stages import ProposedStage, find_deleted
from lead_sla.crm.trying import find_problems
from lead_sla.errors import InputError
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings


class HubSpotConnection:
    """HubSpot as `lead_sla.crm.connection.Connection`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is called yet.

        Raises:
            InputError: the token is not set.
            PullError: the token cannot be one.
        """
        if settings.hubspot_token is None:
            raise InputError(
                f"{TOKEN_SETTING} is not set. Create a service key or a private app in HubSpot with the scopes "
                "crm.objects.contacts.read and crm.objects.deals.read, and put its token into the environment or .env."
            )
        self._hubspot = HubSpot(settings.hubspot_url, settings.hubspot_token, clock)
        self._clock = clock
        self.url = settings.hubspot_url

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return self._hubspot.calls

    @property
    def calls_left(self) -> int | None:
        """How many calls are left today."""
        return self._hubspot.calls_left

    def pull(self, settings: Settings, source: CrmSource, report: Callable[[str], None]) -> dict[str, int]:
        """Read what is new of contacts and deals."""
        return pull_account(settings, source, self._hubspot, self._clock, report)

    def find_problems(self, source: CrmSource) -> Iterator[str]:
        """Make each kind of call that a pull makes, once."""
        return find_problems(list_calls(self._hubspot, source))

    def propose_stages(self, deals: Iterable[Line]) -> list[ProposedStage]:
        """The stages of all pipelines."""
        stages = read_stages(self._hubspot)
        return [*stages, *find_deleted(deals, {stage.stage for stage in stages}, "HubSpot", name_of)]

    def propose_rates(self, currency: str) -> list[ProposedRate]:  # noqa: ARG002 - HubSpot has one rate a currency
        """None, since HubSpot has no rates with a date."""
        return []
