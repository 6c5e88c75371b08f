"""The daily job, what starts it, and its message on failure."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import dagster as dg

from lead_sla.errors import LeadSlaError
from lead_sla.formatting import show_count
from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.files import find_files
from lead_sla.pipeline.audit import failed_checks
from lead_sla.settings import Settings

JOB = "daily_refresh"
DUE = "0 6 * * *"
LATE = "0 8 * * *"
LOOK_EVERY_SECONDS = 60
NANOSECONDS = 10**9
BROKEN = "See the error above. The published mart is unchanged; fix the cause and rerun."

Look = dict[str, list[int]]
AssetJob = Any  # Dagster does not export the class that `define_asset_job` returns


def freshness_policy(settings: Settings) -> dg.FreshnessPolicy:
    """The promise of the marts: by eight in the business zone they were built after six."""
    return dg.FreshnessPolicy.cron(
        deadline_cron=LATE, lower_bound_delta=timedelta(hours=2), timezone=settings.business_timezone
    )


def describe_failure(instance: dg.DagsterInstance, run_id: str, error: BaseException | None) -> str:
    """Why a run failed and what to do; the same words that `lead-sla refresh` prints."""
    errors = [check for check in failed_checks(instance, run_id) if check.is_error]
    if errors:
        return "\n".join(f"{check.name} on {check.asset}: {check.found}\nRemedy: {check.remedy}" for check in errors)
    return str(error) if isinstance(error, LeadSlaError) else BROKEN


@dg.failure_hook(name="log_remedy")
def log_remedy(context: dg.HookContext) -> None:
    """Log the remedy in the run's log."""
    context.log.error(describe_failure(context.instance, context.run_id, context.op_exception))


def build_job(*hooks: dg.HookDefinition) -> AssetJob:
    """All steps in one process: pulling, landing, checks, dbt, checks, publishing, notifications."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
        description="Pull and land what is new, build and check every model, and publish the mart if all passed.",
        hooks={log_remedy, *hooks},
        executor_def=dg.in_process_executor,
    )


def build_schedule(settings: Settings, job: AssetJob) -> dg.ScheduleDefinition:
    """Every morning at six in the business zone."""
    return dg.ScheduleDefinition(
        name="every_morning",
        job=job,
        cron_schedule=DUE,
        execution_timezone=settings.business_timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Refreshes at 06:00 in the business time zone, when yesterday is over.",
    )


def build_sensor(settings: Settings, job: AssetJob) -> dg.SensorDefinition:
    """Refreshes when files have appeared or changed in the landing folder and have stopped growing."""

    @dg.sensor(
        name="new_files",
        job=job,
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a refresh when files are new or changed and look the same twice in a row.",
    )
    def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        before = json.loads(context.cursor) if context.cursor else {"seen": {}, "refreshed": {}}
        try:
            seen = look(settings)
        except LeadSlaError as error:
            return dg.SensorResult(skip_reason=str(error), cursor=context.cursor)
        decision = decide(seen, before["seen"], before["refreshed"], _last_refresh(context.instance))
        refreshed = before["refreshed"] if decision.wait else seen
        cursor = json.dumps({"seen": seen, "refreshed": refreshed})
        if decision.skip:
            return dg.SensorResult(skip_reason=decision.skip, cursor=cursor)
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=decision.run_key)], cursor=cursor)

    return new_files


def look(settings: Settings) -> Look:
    """Size and time of change (ns) of every file that a feed reads, by path below the landing folder.

    The time is the inode's: a copy or a move can bring an old modification time along. What a pull has written is left
    out: each refresh pulls, and would be the reason for the next one.
    """
    feeds = [feed for feed in load_feeds(settings.feeds) if not feed.form.is_slice]
    paths = {path for feed in feeds for path in find_files(settings.landing_dir, feed.files)}
    facts = {path: (settings.landing_dir / path).stat() for path in sorted(paths)}
    return {path: [fact.st_size, fact.st_ctime_ns] for path, fact in facts.items()}


@dataclass(frozen=True)
class Decision:
    """Either a run to start, by its key, or in words why not; `wait` when the files are to be looked at again."""

    run_key: str = ""
    skip: str = ""
    wait: bool = False


def decide(seen: Look, seen_before: Look, refreshed: Look, last_refresh: float) -> Decision:
    """Whether the files in the landing folder require a refresh.

    Args:
        seen: the files now.
        seen_before: the files at the last look.
        refreshed: the files at the last look that needed nothing more.
        last_refresh: when the last successful refresh began, however it was started; seconds since 1970.
    """
    fresh = {path: facts for path, facts in seen.items() if refreshed.get(path) != facts}
    if not fresh:
        return Decision(skip="No file is new or changed.")
    if all(changed_at < last_refresh * NANOSECONDS for _, changed_at in fresh.values()):
        return Decision(skip=f"New or changed, but refreshed already: {show_count(len(fresh), 'file')}.")
    growing = sorted(path for path, facts in fresh.items() if seen_before.get(path) != facts)
    if growing:
        return Decision(
            skip=f"New or still growing: {show_count(len(growing), 'file')}, such as {growing[0]}.", wait=True
        )
    return Decision(run_key=_digest(fresh))


def _last_refresh(instance: dg.DagsterInstance) -> float:
    done = dg.RunsFilter(job_name=JOB, statuses=[dg.DagsterRunStatus.SUCCESS])
    records = instance.get_run_records(done, limit=1)
    return records[0].start_time or 0 if records else 0


def _digest(files: Look) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
