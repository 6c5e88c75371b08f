"""Publishing as a Dagster asset, which verifies that every check has passed in the same run."""

import shutil
import subprocess
from collections.abc import Collection

import dagster as dg

from lead_sla.pipeline.audit import check_metadata, require_audit
from lead_sla.pipeline.names import PUBLISHED_MART, REPORTS_RENDERED
from lead_sla.pipeline.resources import Refresh
from lead_sla.publishing.confirming import require_confirmation
from lead_sla.publishing.manifest import Publication
from lead_sla.publishing.versions import publish
from lead_sla.reporting.rendering import render_reports
from lead_sla.settings import PROJECT_DIR, Settings

FAILED_REPORTS_REMEDY = (
    "The mart is published nevertheless. The run's log contains the error; fix the cause and rerun `lead-sla refresh`."
)


def build_published_mart(
    settings: Settings,
    marts: Collection[dg.AssetKey],
    checks: Collection[dg.AssetCheckKey],
    freshness: dg.FreshnessPolicy,
) -> dg.AssetsDefinition:
    """The published version. It depends on `marts`, and requires that all of `checks` ran in the same run."""

    @dg.asset(
        key=PUBLISHED_MART,
        deps=list(marts),
        group_name="publishing",
        kinds={"duckdb", "parquet"},
        freshness_policy=freshness,
        check_specs=[
            dg.AssetCheckSpec(
                REPORTS_RENDERED.name, asset=PUBLISHED_MART, description="The page and the workbook were rendered."
            )
        ],
        description="The mart for BI tools: published/current/sla_mart.duckdb and its Parquet copies.",
    )
    def published_mart(context: dg.AssetExecutionContext, refresh: Refresh) -> dg.MaterializeResult:
        require_audit(context.instance, context.run_id, marts, checks)
        if not refresh.run.confirmed:
            require_confirmation(settings)
        run = refresh.run
        publication = publish(
            settings,
            context.run_id,
            run.as_of_date,
            run.published_at,
            _git_commit(),
            render_reports,
            unreadable_files=tuple(run.unreadable_files),
        )
        return dg.MaterializeResult(
            metadata={
                "as_of_date": refresh.run.as_of_date.isoformat(),
                "published": f"{len(publication.tables)} tables as of {refresh.run.as_of_date}",
                "mart": dg.MetadataValue.path(settings.mart_path),
                "page": dg.MetadataValue.path(settings.page_path),
                "rows": sum(table.rows for table in publication.tables),
            },
            check_results=[_reports_rendered(publication)],
        )

    return published_mart


def _reports_rendered(publication: Publication) -> dg.AssetCheckResult:
    found = "\n".join(publication.failed_reports) or "The page and the workbook were rendered."
    return dg.AssetCheckResult(
        passed=not publication.failed_reports,
        check_name=REPORTS_RENDERED.name,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=check_metadata(found=found, remedy=FAILED_REPORTS_REMEDY),
    )


def _git_commit() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run(  # noqa: S603 - our own command
        [git, "rev-parse", "HEAD"], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None
