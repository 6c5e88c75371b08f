"""The resources of a run: the warehouse lock with the one clock, and dbt.

What belongs here: what a run holds from its first step to its last. What does not: what the steps do.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib.metadata import version
from zoneinfo import ZoneInfo

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version, parse

from orchestration.errors import InputError
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.transform.project import dbt_environment, dbt_executable
from orchestration.warehouse import hold_lock

KEPT_RUNS = 200
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Refresh:
    """What every step of a run is told: where things are, and the last day that counts.

    A step puts a process that it starts on the warehouse into `processes`; none outlives the run, which holds the lock.
    """

    settings: Settings
    as_of_date: date
    full_refresh: bool
    started_at: datetime
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)


def refresh_resource(settings: Settings) -> dg.ResourceDefinition:
    """The refresh itself. The warehouse is ours from before the first step until after the last."""

    @dg.resource(
        config_schema={
            "as_of_date": dg.Field(
                dg.Noneable(str),
                default_value=None,
                description="The last day that counts, as YYYY-MM-DD; by default yesterday in the business time zone.",
            ),
            "full_refresh": dg.Field(
                bool, default_value=False, description="Build every model from scratch, also the incremental ones."
            ),
        },
        description="Holds the warehouse lock for the whole run and hands down the settings and the one clock.",
    )
    def refresh(context: dg.InitResourceContext) -> Iterator[Refresh]:
        started_at = datetime.now(UTC)
        as_of_date = resolve_as_of_date(context.resource_config["as_of_date"], settings.business_timezone, started_at)
        purpose = f"refresh {context.run_id}"
        tell = context.log.info if context.log else print
        with hold_lock(settings, purpose, tell=tell), _environment(dbt_environment(settings)):
            if context.instance is not None:
                _forget_old_runs(context.instance)
            run = Refresh(settings, as_of_date, context.resource_config["full_refresh"], started_at)
            try:
                yield run
            finally:
                for process in run.processes:
                    _end(process)

    return refresh


def resolve_as_of_date(text: str | None, business_timezone: str, now: datetime) -> date:
    """The last day that counts: the one named, else yesterday in the business time zone.

    Raises:
        InputError: it is no date, or lies after today in the business time zone.
    """
    today = now.astimezone(ZoneInfo(business_timezone)).date()
    if text is None:
        return today - timedelta(days=1)
    try:
        as_of_date = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"as_of_date {text!r} is no date; write it as YYYY-MM-DD, such as {today}.") from error
    if as_of_date > today:
        raise InputError(
            f"as_of_date {as_of_date} lies in the future; today is {today} in {business_timezone}. "
            "Name a day that has begun, or leave it out for yesterday."
        )
    return as_of_date


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop what is still running because its step was interrupted; DuckDB takes back what was not committed."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _forget_old_runs(instance: dg.DagsterInstance) -> None:
    """Each run leaves about a megabyte of events and logs."""
    for record in instance.get_run_records()[KEPT_RUNS:]:
        run_id = record.dagster_run.run_id
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])


class LocalDbt(DbtCliResource):
    """dbt as installed, run in a process of its own so that its lock on the warehouse ends with it.

    The base class asks `dbt --version` first, which asks a package index for newer versions, and loads the adapter
    into this process, which serves row counts that would keep the warehouse open. Neither is wanted: together they
    cost eight seconds a run.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return parse(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: object) -> None:  # type: ignore[override]  # noqa: ARG002
        return None


def dbt_resource() -> LocalDbt:
    """The dbt project of this repository."""
    return LocalDbt(
        project_dir=str(PROJECT_DIR),
        profiles_dir=str(PROJECT_DIR),
        dbt_executable=dbt_executable(),
        global_config_flags=["--no-use-colors"],
    )


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, which is the only way to reach dbt through its resource, and put the old ones back."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
