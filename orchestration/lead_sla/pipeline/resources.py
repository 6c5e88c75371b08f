"""The resource of a run: the lock of the warehouse, the as-of date, and the processes of dbt and of the suites.

This module contains what exists from the first step of a run to its last, but not what the steps do.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import Field, PrivateAttr

from lead_sla.errors import InputError
from lead_sla.quality.worker import SuiteWorker, start_suite_worker
from lead_sla.settings import Settings
from lead_sla.transform.worker import DbtWorker, start_worker
from lead_sla.warehouse import hold_lock

KEPT_RUNS = 200


@dataclass(frozen=True)
class RunContext:
    """The context of every step of a run: the last day that counts, when the run began, and the processes beside it.

    `published_at` is the moment that the publication of this run bears, wherever it is written down; it is taken once
    the lock is held, so that publications follow one another as their moments do. `confirmed` is whether a changed
    setting may change closed months.

    The processes do not outlive the run, which holds the lock.
    """

    as_of_date: date
    full_refresh: bool
    confirmed: bool
    started_at: datetime
    published_at: datetime
    dbt: DbtWorker
    suites: SuiteWorker


class Refresh(dg.ConfigurableResource):
    """Holds the lock of the warehouse for the whole run, and provides its as-of date."""

    settings: dg.ResourceDependency[Settings]
    as_of_date: str | None = Field(
        default=None,
        description="The last day that counts, as YYYY-MM-DD; by default yesterday in the business time zone.",
    )
    full_refresh: bool = Field(default=False, description="Build every model from scratch, also the incremental ones.")
    confirm: bool = Field(
        default=False, description="Publish closed months that change because of a changed setting, such as the zone."
    )
    _run: RunContext = PrivateAttr()

    @property
    def run(self) -> RunContext:
        """The context of the run that this resource was started for."""
        return self._run

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Refresh"]:
        """The warehouse is ours from before the first step until after the last."""
        started_at = datetime.now(UTC)
        as_of_date = resolve_as_of_date(self.as_of_date, self.settings.business_timezone, started_at)
        with hold_lock(self.settings, f"refresh {context.run_id}", log=context.log.info if context.log else print):
            dbt, suites = start_worker(self.settings), start_suite_worker()
            try:
                if context.instance is not None:
                    _forget_old_runs(context.instance)
                self._run = RunContext(
                    as_of_date, self.full_refresh, self.confirm, started_at, datetime.now(UTC), dbt, suites
                )
                yield self
            finally:
                dbt.end()
                suites.end()


def resolve_as_of_date(text: str | None, business_timezone: str, now: datetime) -> date:
    """The last day that counts: the one named, else yesterday in the business time zone.

    Raises:
        InputError: it is not a date, or is after today in the business time zone.
    """
    today = now.astimezone(ZoneInfo(business_timezone)).date()
    if text is None:
        return today - timedelta(days=1)
    try:
        as_of_date = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"as_of_date {text!r} is not a date; write it as YYYY-MM-DD, such as {today}.") from error
    if as_of_date > today:
        raise InputError(
            f"as_of_date {as_of_date} is in the future; today is {today} in {business_timezone}. "
            "Name a day that has begun, or leave it out for yesterday."
        )
    return as_of_date


def _forget_old_runs(instance: dg.DagsterInstance) -> None:
    """Each run leaves about a megabyte of events and logs."""
    for record in instance.get_run_records()[KEPT_RUNS:]:
        run_id = record.dagster_run.run_id
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
