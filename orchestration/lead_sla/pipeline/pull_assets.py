"""Pulling as a Dagster asset: the step before landing, which writes what is new in a CRM into the landing folder."""

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from lead_sla.errors import InputError
from lead_sla.inputs.crm_sources import CrmSource, load_sources
from lead_sla.pipeline.input_checks import run_input_checks
from lead_sla.pipeline.names import PULLED_SLICES
from lead_sla.pipeline.pulling import pull_all
from lead_sla.pipeline.resources import Refresh
from lead_sla.settings import Settings

GROUP = "landing"
PULLED = "pulled"
WITHOUT = "with what was pulled before"


def build_pull_asset(settings: Settings, input_checks: Mapping[str, Callable[[], None]]) -> dg.AssetsDefinition:
    """The pulling step, which does nothing where feeds.yml has no source."""

    @dg.multi_asset(
        name="pull_sources",
        specs=[
            dg.AssetSpec(
                PULLED_SLICES,
                description="Files that `lead-sla pull` writes: what is new in each CRM of feeds.yml, a slice a file.",
                group_name=GROUP,
            )
        ],
    )
    def pull_sources(context: dg.AssetExecutionContext, refresh: Refresh) -> dg.MaterializeResult:
        sources = _find_sources(settings)
        if not sources:
            return dg.MaterializeResult()
        if refresh.without_pull:
            return dg.MaterializeResult(metadata={PULLED: WITHOUT})
        run_input_checks(input_checks)  # a pull can take hours, and landing would refuse what is wrong afterward
        pulled: dict[str, Any] = {PULLED: " ".join(pull_all(settings, sources, context.log.info))}
        return dg.MaterializeResult(metadata=pulled)

    return pull_sources


def _find_sources(settings: Settings) -> tuple[CrmSource, ...]:
    try:
        return load_sources(settings.feeds)
    except InputError:
        return ()  # the landing reports it
