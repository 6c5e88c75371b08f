"""Landing as Dagster assets: one step that puts the files of the landing folder into `raw`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC
from typing import Any

import dagster as dg

from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.unreadable_files import publishes_without_unreadable
from lead_sla.landing.land import land_feeds
from lead_sla.landing.summary import (
    describe,
    describe_feeds_without_files,
    describe_refused,
    describe_warnings,
    require_all_landed,
)
from lead_sla.pipeline.input_checks import run_input_checks
from lead_sla.pipeline.names import PULLED_SLICES
from lead_sla.pipeline.refresh_record import delete_record
from lead_sla.pipeline.resources import Refresh
from lead_sla.settings import Settings
from lead_sla.warehouse import connect

RAW_TABLES = {
    "feeds": "One row per feed that feeds.yml names or that ever landed.",
    "landed_files": "One row per file that landed, known by its content.",
    "lead_events": "Every event of a lead feed that could be typed.",
    "deal_events": "Every event of a deal feed that could be typed.",
    "record_merges": "Every merge of records, or its undoing, that could be typed.",
    "record_statements": "Every row of a record feed.",
    "rejected_rows": "Every row that could not be typed, with the reason and the original text.",
}
RAW_KEYS = {table: dg.AssetKey(["raw", table]) for table in RAW_TABLES}
GROUP = "landing"
WARNINGS = "warnings"


def build_landing_assets(settings: Settings, input_checks: Mapping[str, Callable[[], None]]) -> dg.AssetsDefinition:
    """The landing step, which first validates everything that users write; the checks are by display name."""

    @dg.multi_asset(
        name="land_files",
        specs=[
            dg.AssetSpec(key, deps=[PULLED_SLICES], description=RAW_TABLES[table], group_name=GROUP, kinds={"duckdb"})
            for table, key in RAW_KEYS.items()
        ],
    )
    def land_files(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[dg.MaterializeResult]:
        delete_record(settings)
        run_input_checks(input_checks)
        feeds = load_feeds(settings.feeds)
        landed_at = refresh.run.started_at.astimezone(UTC).replace(tzinfo=None)
        with closing(connect(settings)) as connection:
            report = land_feeds(connection, feeds, settings.landing_dir, settings.raw_dir, landed_at, context.log.info)
            rows = {table: _count_rows(connection, table) for table in RAW_TABLES}
        warnings = describe_warnings(report)
        goes_on = publishes_without_unreadable(settings.feeds)
        if goes_on:
            refresh.run.unreadable_files.extend(dict.fromkeys(file.path for file in report.refused))
            warnings += [f"Refused, and published without: {line}" for line in describe_refused(report)]
        for line in (*describe_feeds_without_files(report), *warnings):
            context.log.warning(line)
        if not goes_on:
            require_all_landed(report, settings.landing_dir)
        refresh.run.landed_files.update(report.present)
        for table, key in RAW_KEYS.items():
            metadata: dict[str, Any] = {"dagster/row_count": rows[table]}
            if table == "landed_files":
                metadata["landed"] = describe(report)
                if warnings:
                    metadata[WARNINGS] = "\n".join(warnings)
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)

    return land_files


def _count_rows(connection: Any, table: str) -> int:
    return int(connection.execute(f"select count(*) from raw.{table}").fetchall()[0][0])
