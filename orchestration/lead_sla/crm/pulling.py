"""Pulling one source: the entry point for the command line and the daily job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from filelock import FileLock, Timeout

from lead_sla.crm.clock import SYSTEM_CLOCK, Clock
from lead_sla.crm.connection import Connection
from lead_sla.crm.errors import PullError
from lead_sla.crm.hubspot.connection import HubSpotConnection
from lead_sla.errors import InputError
from lead_sla.formatting import show_count
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings, make_folder


@dataclass(frozen=True)
class PullSummary:
    """What a pull has done: lines written by folder, calls, and how many calls are left today if the CRM says so."""

    source: str
    written: Mapping[str, int]
    calls: int
    calls_left: int | None
    duration: timedelta

    def describe(self) -> str:
        """The summary in one sentence."""
        lines = ", ".join(f"{count:,} {name}" for name, count in self.written.items())
        left = "" if self.calls_left is None else f", {self.calls_left:,} left today"
        calls = f"{show_count(self.calls, 'call')}{left}"
        return f"{self.source}: {lines} new or changed; {calls}; {self.duration.total_seconds():.0f} s."


def pull(
    settings: Settings, source: CrmSource, report: Callable[[str], None], clock: Clock = SYSTEM_CLOCK
) -> PullSummary:
    """Read what is new in a source into files under the landing folder.

    Args:
        settings: the settings of the company.
        source: what to read.
        report: is called with a line for each step.
        clock: what time it is, and waiting.

    Raises:
        InputError: the credentials are not set, or a package is missing.
        PullError: the source cannot be read, after every retry, in the vendor's words and with the remedy.
    """
    began_at = clock.now()
    connection = connect(settings, source, clock)
    make_folder(settings.landing_dir, "home")
    try:
        with FileLock(settings.home / "pull.lock", timeout=0):
            written = connection.pull(settings, source, report)
    except Timeout as error:
        raise PullError("Another pull is running. Wait until it has finished, and rerun.") from error
    return PullSummary(source.name, written, connection.calls, connection.calls_left, clock.now() - began_at)


@dataclass(frozen=True)
class Access:
    """What is wrong with the access to a source, if anything, and how many calls are left today."""

    url: str
    problems: tuple[str, ...]
    calls_left: int | None


def check_access(settings: Settings, source: CrmSource, clock: Clock = SYSTEM_CLOCK) -> Access:
    """Make each kind of call that a pull makes; changes nothing.

    Raises:
        InputError: the credentials are not set, or a package is missing.
        PullError: the credentials cannot be such.
    """
    connection = connect(settings, source, clock)
    problems = tuple(connection.find_problems(source))
    return Access(connection.url, problems, connection.calls_left)


def connect(settings: Settings, source: CrmSource, clock: Clock = SYSTEM_CLOCK) -> Connection:
    """A connection to the account that the settings name.

    Raises:
        InputError: the credentials are not set, or a package is missing.
    """
    if source.kind == "hubspot":
        return HubSpotConnection(settings, clock)
    try:
        from lead_sla.crm.salesforce.connection import SalesforceConnection  # noqa: PLC0415 - an optional package
    except ModuleNotFoundError as error:
        raise InputError(
            f"Source {source.name} needs the package {error.name}, which is not installed. Install what the extra "
            "`salesforce` of lead-sla contains: pip install 'simple-salesforce>=1.12.9' 'pyjwt[crypto]>=2.10'"
        ) from error
    return SalesforceConnection(settings, clock)
