"""The whole asset graph on one page: pulled files, raw tables, checks, dbt, the published mart; and what starts it."""

from datetime import date

import dagster as dg

from lead_sla.agreements.guard import check_signed
from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.seeds import check_seeds
from lead_sla.pipeline.dagster_home import load_exported_settings
from lead_sla.pipeline.dbt_assets import build_dbt_assets, is_mart
from lead_sla.pipeline.failure_alerts import build_failure_hook, build_failure_sensor, build_stale_sensor
from lead_sla.pipeline.job import build_job, build_schedule, build_sensor, freshness_policy
from lead_sla.pipeline.landing_assets import build_landing_assets
from lead_sla.pipeline.nothing_new import nothing_new
from lead_sla.pipeline.notifications import build_notifications
from lead_sla.pipeline.publishing_assets import build_published_mart
from lead_sla.pipeline.pull_assets import build_pull_asset
from lead_sla.pipeline.quality_checks import build_suite_checks
from lead_sla.pipeline.resources import Refresh
from lead_sla.publishing import prepare_ledgers
from lead_sla.quality.checks import Suite
from lead_sla.quality.landing import landing_suite
from lead_sla.quality.marts import mart_suite
from lead_sla.settings import Settings
from lead_sla.telemetry import switch_off
from lead_sla.transform.project import prepare_manifest, read_rules


def build_defs(settings: Settings) -> dg.Definitions:
    """Assemble everything for the company of `settings`.

    Raises:
        InputError: dbt cannot read the project.
    """
    freshness = freshness_policy(settings)

    def check_rules() -> None:
        read_rules(settings)

    def check_feeds() -> None:
        load_feeds(settings.feeds)

    def check_seeds_and_signatures() -> None:
        check_seeds(settings.seeds, settings.reporting_currency)
        prepare_ledgers(settings)
        check_signed(settings)

    def suite_of_landed(as_of_date: date) -> Suite:
        return landing_suite(as_of_date, read_rules(settings)["max_rejected_share"])

    input_checks = {
        "Checking the rules": check_rules,
        "Checking the feeds": check_feeds,
        "Checking the seeds": check_seeds_and_signatures,
    }
    pulling = build_pull_asset(settings, input_checks)
    landing = build_landing_assets(settings, input_checks)
    landing_checks = build_suite_checks(settings, "check_landed", suite_of_landed)
    models = build_dbt_assets(settings, prepare_manifest(settings), freshness)
    mart_checks = build_suite_checks(settings, "check_marts", mart_suite)
    published = build_published_mart(
        settings,
        marts=[key for key in models.keys if is_mart(key)],
        checks=[*landing_checks.check_keys, *models.check_keys, *mart_checks.check_keys],
        freshness=freshness,
    )
    notifications = build_notifications(settings, published.key)
    job = build_job(build_failure_hook(settings))
    return dg.Definitions(
        assets=[pulling, landing, models, published, notifications],
        asset_checks=[landing_checks, mart_checks],
        jobs=[job, nothing_new],
        schedules=[build_schedule(settings, job)],
        sensors=[build_sensor(settings, job), build_failure_sensor(settings, job), build_stale_sensor(settings, job)],
        resources={"refresh": Refresh(settings=settings)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads, with the settings of the environment."""
    switch_off()
    return build_defs(load_exported_settings())
