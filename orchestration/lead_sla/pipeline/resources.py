"""The resource of a run: the lock of the warehouse, the as-of date, and the processes of dbt and of the suites.

This module contains what exists from the first step of a run to its last, but not what the steps do.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import dagster as dg
from pydantic import Field, PrivateAttr

from lead_sla.pipeline.as_of_date import resolve_as_of_date
from lead_sla.pipeline.remembering import remember
from lead_sla.pipeline.run_history import forget_runs
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
    setting may change closed months, and `accepted_withdrawals` are the feeds of which any number of records may be
    gone. `landed_files` are the ids of the files that landing has seen, by path, and `unreadable_files` the paths of
    those that it refused, where feeds.yml lets the run go on without them.

    The processes do not outlive the run, which holds the lock.
    """

    as_of_date: date
    full_refresh: bool
    confirmed: bool
    accepted_withdrawals: tuple[str, ...]
    started_at: datetime
    published_at: datetime
    dbt: DbtWorker
    suites: SuiteWorker
    landed_files: dict[str, str] = field(default_factory=dict)
    unreadable_files: list[str] = field(default_factory=list)


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
    accept_withdrawals: list[str] = Field(
        default=[], description="Feeds of which any number of records may be gone this time."
    )
    without_pull: bool = Field(default=False, description="Go on with what was pulled before, and ask no CRM.")
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
                    forget_runs(context.instance, KEPT_RUNS)
                accepted = tuple(self.accept_withdrawals)
                self._run = RunContext(
                    as_of_date, self.full_refresh, self.confirm, accepted, started_at, datetime.now(UTC), dbt, suites
                )
                yield self
            finally:
                dbt.end()
                suites.end()
            if context.instance is not None and context.run_id is not None:
                remember(self.settings, self.run, context.instance, context.run_id)
