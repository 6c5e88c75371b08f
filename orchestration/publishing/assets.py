"""Publishing as a Dagster asset: the last step, which makes sure itself that this very run was checked."""

import shutil
import subprocess
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from orchestration.audit import require_audit
from orchestration.publishing.versions import publish
from orchestration.settings import PROJECT_DIR, Settings

PUBLISHED_MART = dg.AssetKey(["published_mart"])


def build_published_mart(
    settings: Settings,
    marts: Collection[dg.AssetKey],
    checks: Collection[dg.AssetCheckKey],
    freshness: dg.FreshnessPolicy,
) -> dg.AssetsDefinition:
    """The published version. It waits for `marts`, and wants all of `checks` evaluated in the same run."""

    @dg.asset(
        key=PUBLISHED_MART,
        deps=list(marts),
        group_name="publishing",
        kinds={"duckdb", "parquet"},
        freshness_policy=freshness,
        description="What BI tools read: published/current/sla_mart.duckdb and its Parquet copies.",
    )
    def published_mart(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Any]) -> dg.MaterializeResult:
        require_audit(context.instance, context.run_id, marts, checks)
        publication = publish(settings, context.run_id, refresh.as_of_date, datetime.now(UTC), _git_commit())
        return dg.MaterializeResult(
            metadata={
                "as_of_date": refresh.as_of_date.isoformat(),
                "published": f"{len(publication.tables)} tables as of {refresh.as_of_date}",
                "mart": dg.MetadataValue.path(settings.mart_path),
                "rows": sum(table.rows for table in publication.tables),
            }
        )

    return published_mart


def _git_commit() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    asked = subprocess.run(  # noqa: S603 - our own command
        [git, "rev-parse", "HEAD"], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() if asked.returncode == 0 else None
