"""The run that a refresh leaves in Dagster's history when nothing is new; it must load quickly."""

import uuid

import dagster as dg

from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.pipeline.names import PUBLISHED_MART
from lead_sla.pipeline.refresh_record import RefreshRecord
from lead_sla.pipeline.run import LOCATION_TAG, NOTHING_NEW
from lead_sla.pipeline.run_history import forget_runs, quick_history
from lead_sla.settings import Settings

KEPT_RUNS = 20  # so that a refresh every minute does not push the others out of the history


@dg.op(config_schema={"version": str, "as_of_date": str}, description="Nothing is read or written here.")
def keep_version(context: dg.OpExecutionContext) -> None:
    """Note on the published mart that it is still current."""
    version, as_of_date = context.op_config["version"], context.op_config["as_of_date"]
    found = f"Nothing new: version {version} as of {as_of_date} is current."
    context.log.info(found)
    context.log_event(dg.AssetObservation(PUBLISHED_MART, description=found, metadata=dict(context.op_config)))


@dg.job(
    name=NOTHING_NEW,
    executor_def=dg.in_process_executor,
    description="Left by `lead-sla refresh` when nothing is new. Not to be started by hand: it compares nothing.",
)
def nothing_new() -> None:
    """One step that only leaves a note."""
    keep_version()


def record_nothing_new(settings: Settings, record: RefreshRecord) -> None:
    """Add a run to the history that says which version is current."""
    run_id = str(uuid.uuid4())
    found = {"version": record.run_id, "as_of_date": record.as_of_date.isoformat()}
    dagster_home = prepare_dagster_home(settings)
    with quick_history(dagster_home, run_id), dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        nothing_new.execute_in_process(
            run_config={
                "ops": {keep_version.name: {"config": found}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            instance=instance,
            run_id=run_id,
            tags=LOCATION_TAG,
        )
        forget_runs(instance, KEPT_RUNS, dg.RunsFilter(job_name=NOTHING_NEW))
