"""What a pull, `lead-sla doctor` and the proposals need of a CRM, whichever it is."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from lead_sla.crm.rates import ProposedRate
from lead_sla.crm.slices import Line
from lead_sla.crm.stages import ProposedStage
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings


class Connection(Protocol):
    """A connection to the account of a source, which counts its calls."""

    @property
    def url(self) -> str:
        """The address of the account."""

    @property
    def calls(self) -> int:
        """How many calls were made."""

    @property
    def calls_left(self) -> int | None:
        """How many calls are left today, if the CRM has said so."""

    def pull(self, settings: Settings, source: CrmSource, report: Callable[[str], None]) -> dict[str, int]:
        """Read what is new into files, and return how many lines were written to each folder.

        Raises:
            PullError: the CRM could not be read to the end; what was written is kept.
        """

    def find_problems(self, source: CrmSource) -> Iterator[str]:
        """Make each kind of call that a pull makes, once, and say what is wrong with it."""

    def propose_stages(self, deals: Iterable[Line]) -> list[ProposedStage]:
        """The stages of deals, also those that only the history of deals still names.

        Raises:
            PullError: they cannot be read.
        """

    def propose_rates(self, currency: str) -> list[ProposedRate]:
        """The exchange rates to a currency, if the CRM has dated ones.

        Raises:
            PullError: they cannot be read.
        """
