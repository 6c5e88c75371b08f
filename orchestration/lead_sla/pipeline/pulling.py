"""Pulls from every CRM of feeds.yml, one after the other. This module must load without Dagster."""

from collections.abc import Callable

from lead_sla.crm.pulling import pull
from lead_sla.errors import LeadSlaError
from lead_sla.inputs.crm_sources import CrmSource, load_sources
from lead_sla.settings import Settings


def pull_all(settings: Settings, sources: tuple[CrmSource, ...], log: Callable[[str], None]) -> list[str]:
    """Write what is new into the landing folder; what came from each, in a sentence.

    Raises:
        PullError: a CRM could not be read; what came before that stays.
    """
    return [pull(settings, source, log).describe() for source in sources]


def try_pull(settings: Settings, log: Callable[[str], None]) -> bool:
    """Pull before a refresh is started; whether that worked. A failure is left to the refresh, which records it."""
    try:
        pull_all(settings, load_sources(settings.feeds), log)
    except LeadSlaError:
        return False
    return True
