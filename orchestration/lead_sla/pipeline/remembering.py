"""Keeps a record of a refresh that was complete, so that the next one can tell whether anything is new."""

from typing import TYPE_CHECKING

import dagster as dg

from lead_sla.pipeline.as_of_date import business_day
from lead_sla.pipeline.audit import evaluations, failed_checks
from lead_sla.pipeline.names import NOTIFICATIONS_DELIVERED, REPORTS_RENDERED
from lead_sla.pipeline.refresh_record import RefreshRecord, look_at_home, write_record
from lead_sla.publishing import current_version
from lead_sla.settings import Settings
from lead_sla.transform.snapshot import has_changed

if TYPE_CHECKING:
    from lead_sla.pipeline.resources import RunContext


def remember(settings: Settings, run: "RunContext", instance: dg.DagsterInstance, run_id: str) -> None:
    """Write the record of a run whose steps have ended, unless something has failed or changed meanwhile.

    The caller holds the lock, and nothing has the warehouse open any more. Reports that could not be rendered and
    emails that could not be delivered are left to the next refresh, so that nothing is recorded then.
    """
    if not _is_complete(settings, instance, run_id):
        return
    snapshot = run.dbt.snapshot
    # Dagster can set up the resource a second time when all is over; what has changed by then was not read.
    if not run.landed_files or snapshot is None or has_changed(settings, snapshot):
        return
    record = RefreshRecord(
        run_id=run_id,
        began_at=run.published_at,
        day=business_day(settings.business_timezone, run.started_at),
        as_of_date=run.as_of_date,
        snapshot=snapshot.digest,
        landed_files=run.landed_files,
        left_behind=look_at_home(settings, run_id),
        warnings=tuple(failed_checks(instance, run_id)),
    )
    write_record(settings, record)


def _is_complete(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether the run has published a version; two checks after everything else may fail without failing the run."""
    found = evaluations(instance, run_id)
    if not all(check in found and found[check].passed for check in (REPORTS_RENDERED, NOTIFICATIONS_DELIVERED)):
        return False
    publication = current_version(settings)
    return publication is not None and publication.run_id == run_id
