"""Alerts for engineers: a hook in the failing run, a sensor for killed runs, and one for overdue publications."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from lead_sla.pipeline.audit import our_error, root_message
from lead_sla.pipeline.job import describe_failure
from lead_sla.reporting.alerts import announce_failure, announce_stale
from lead_sla.sample.placing import is_sample
from lead_sla.settings import Settings

LOOK_EVERY_SECONDS = 600
DIED = "The run ended without an error message; its log is in the browser, under Runs."


def build_failure_hook(settings: Settings) -> dg.HookDefinition:
    """Alerts from within the run, so that `lead-sla refresh` alerts as well as a scheduled run does."""

    @dg.failure_hook(name="alert_failure")
    def alert_failure(context: dg.HookContext) -> None:
        reason = describe_failure(context.instance, context.run_id, context.op_exception)
        for problem in _alert(settings, context.run_id, reason):
            context.log.error(problem)

    return alert_failure


def build_failure_sensor(settings: Settings, job: Any) -> dg.SensorDefinition:
    """Alerts on runs that failed outside of their steps, such as one whose process was killed."""

    @dg.run_failure_sensor(
        name="failed_refresh",
        monitored_jobs=[job],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Alerts the engineers when a refresh failed; once, until one succeeds.",
    )
    def failed_refresh(context: dg.RunFailureSensorContext) -> None:
        error = context.failure_event.job_failure_data.error
        ours = our_error(error)
        reason = ours[1] if ours else root_message(error) if error else DIED
        for problem in _alert(settings, context.dagster_run.run_id, reason):
            context.log.error(problem)

    return failed_refresh


def build_stale_sensor(settings: Settings, job: Any) -> dg.SensorDefinition:
    """Alerts when the day's publication is overdue."""

    @dg.sensor(
        name="stale_mart",
        job=job,
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Alerts the engineers when nothing was published for the day by eight; once, until it is.",
    )
    def stale_mart(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        problems = [] if is_sample(settings.home) else announce_stale(settings, datetime.now(UTC))
        for problem in problems:
            context.log.error(problem)
        return dg.SkipReason("\n".join(problems) or "Looked at the age of the mart.")

    return stale_mart


def _alert(settings: Settings, run_id: str, reason: str) -> list[str]:
    return [] if is_sample(settings.home) else announce_failure(settings, run_id, reason, datetime.now(UTC))
