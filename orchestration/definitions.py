"""The whole asset graph on one page: files, raw tables, checks, dbt, checks, the published mart; and what starts it."""

from datetime import date
from typing import Any

import dagster as dg

from orchestration.landing.assets import GATE, build_landing_assets
from orchestration.publishing.assets import build_published_mart
from orchestration.quality.assets import build_suite_checks
from orchestration.quality.checks import Suite
from orchestration.quality.landing import landing_suite
from orchestration.quality.marts import mart_suite
from orchestration.refresh import JOB, build_job, build_schedule, build_sensor, freshness_policy
from orchestration.reporting.assets import build_announced
from orchestration.reporting.sensors import build_failure_hook, build_failure_sensor, build_stale_sensor
from orchestration.resources import refresh_resource
from orchestration.settings import load_settings
from orchestration.transform.assets import build_dbt_assets, is_mart
from orchestration.transform.project import PROJECT_FILE, prepare_manifest, read_rules
from orchestration.transform.rules import check_rules
from orchestration.transform.seeds import check_seeds
from orchestration.transform.signed import check_signed


def build_defs(**overrides: Any) -> dg.Definitions:
    """Assemble everything for one home folder; `overrides` are settings that win over the environment.

    Raises:
        InputError: a setting is wrong, or dbt cannot read the project.
    """
    settings = load_settings(**overrides)
    freshness = freshness_policy(settings)

    def check_inputs() -> None:
        check_rules(PROJECT_FILE)
        check_seeds(settings.seeds, settings.reporting_currency)
        check_signed(settings)

    def suite_of_landed(as_of_date: date) -> Suite:
        return landing_suite(as_of_date, read_rules()["max_rejected_share"])

    landing = build_landing_assets(settings, check_inputs)
    landing_checks = build_suite_checks(settings, "check_landed", suite_of_landed)
    models = build_dbt_assets(settings, prepare_manifest(settings), freshness, GATE)
    mart_checks = build_suite_checks(settings, "check_marts", mart_suite)
    published = build_published_mart(
        settings,
        marts=[key for key in models.keys if is_mart(key)],
        checks=[*landing_checks.check_keys, *models.check_keys, *mart_checks.check_keys],
        freshness=freshness,
    )
    announced = build_announced(settings, published.key)
    job = build_job(build_failure_hook(settings))
    return dg.Definitions(
        assets=[*landing, models, published, announced],
        asset_checks=[landing_checks, mart_checks],
        jobs=[job],
        schedules=[build_schedule(settings, job)],
        sensors=[build_sensor(settings, job), build_failure_sensor(settings, job), build_stale_sensor(settings, job)],
        resources={"refresh": refresh_resource(settings)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads, with the settings of the environment."""
    return build_defs()


def daily_refresh() -> dg.JobDefinition:
    """The job alone, for a process that runs it itself."""
    return build_defs().resolve_job_def(JOB)
