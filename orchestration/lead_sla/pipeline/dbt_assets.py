"""The dbt project as Dagster assets: one step, every model and seed an asset, every data test a check."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from dbt.artifacts.schemas.results import TestStatus
from packaging.version import parse

from lead_sla.errors import CheckFailedError, EngineError
from lead_sla.pipeline.audit import check_metadata
from lead_sla.pipeline.resources import Refresh
from lead_sla.publishing.fingerprints import take_fingerprints
from lead_sla.settings import PROJECT_DIR, Settings
from lead_sla.transform.coverage import require_data
from lead_sla.transform.explaining import describe_test, drop_failures, store_failures
from lead_sla.transform.project import (
    ACCEPTED_WITHDRAWALS,
    TESTED,
    build_arguments,
    prune_runs,
    run_dir,
    run_variables,
)
from lead_sla.transform.rebuilding import REBUILD_REASON, advance_watermark, prepare_build, tested_file_number
from lead_sla.transform.worker import DbtWorker
from lead_sla.warehouse import connect

MARTS = "marts"
# They repeat what `inputs` has already validated; only dbt on Spark, where `inputs` does not run, needs them.
SEED_TESTS = "file:_seeds__*.yml"
RESULTS: Literal["run_results.json"] = "run_results.json"


class Translator(DagsterDbtTranslator):
    """Dagster's own rules, with a freshness promise on the marts."""

    def __init__(self, freshness: dg.FreshnessPolicy) -> None:
        super().__init__()
        self._freshness = freshness

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> dg.AssetSpec:
        """One asset per model, seed and source; its schema is its group."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        spec = spec.replace_attributes(group_name=spec.key.path[0])
        return spec.replace_attributes(freshness_policy=self._freshness) if is_mart(spec.key) else spec

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetCheckSpec | None:
        """One check per data test, described in the project's own words."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=describe_test(manifest, unique_id).rule)


def is_mart(key: dg.AssetKey) -> bool:
    """Whether an asset is one of the published tables."""
    return key.path[0] == MARTS


def build_dbt_assets(
    settings: Settings, manifest: dict[str, Any], freshness: dg.FreshnessPolicy
) -> dg.AssetsDefinition:
    """The whole dbt project as one step, which requires that the blocking checks of its sources pass."""

    @dbt_assets(
        manifest=manifest,
        exclude=SEED_TESTS,
        dagster_dbt_translator=Translator(freshness),
        name="build_models",
    )
    def build_models(context: dg.AssetExecutionContext, refresh: Refresh) -> Iterator[Any]:
        prune_runs(settings)
        variables = run_variables(
            settings, refresh.run.as_of_date, refresh.run.published_at, take_fingerprints(settings)
        )
        variables[ACCEPTED_WITHDRAWALS] = list(refresh.run.accepted_withdrawals)
        with closing(connect(settings)) as connection:
            drop_failures(connection)
            rebuilt = prepare_build(
                connection,
                manifest,
                variables,
                settings.seeds,
                full_refresh=refresh.run.full_refresh,
            )
            variables[TESTED] = tested_file_number(connection)
        for model, reason in rebuilt.items():
            yield dg.AssetObservation(dg.AssetKey(model.split(".")), metadata={REBUILD_REASON: reason})
        arguments = build_arguments(variables, full_refresh=refresh.run.full_refresh)
        invocation = _order(refresh.run.dbt, arguments, context, run_dir(settings, context.run_id))
        failed: list[dg.AssetCheckResult] = []
        broken: DagsterDbtCliRuntimeError | None = None
        try:
            for event in invocation.stream():
                if isinstance(event, dg.AssetCheckResult) and not event.passed:
                    failed.append(event)  # its rows can be read only after dbt has closed the warehouse
                else:
                    yield event
        except DagsterDbtCliRuntimeError as error:
            broken = error
        # dbt writes no results if it fails.
        has_results = bool(failed) and (invocation.target_path / RESULTS).exists()
        results = {one["unique_id"]: one for one in invocation.get_artifact(RESULTS)["results"]} if has_results else {}
        require_engine(failed, results)
        for result in failed:
            yield _explain(settings, invocation.manifest, results, result)
        if broken is not None:
            raise _stop(failed, broken)
        with closing(connect(settings)) as connection:
            advance_watermark(connection)
            require_data(connection, refresh.run.as_of_date)

    return build_models


def _order(
    worker: DbtWorker, arguments: list[str], context: dg.AssetExecutionContext, folder: Path
) -> DbtCliInvocation:
    """What `DbtCliResource.cli` does, with a process that has been started before."""
    chosen = get_updated_cli_invocation_params_for_context(context, {}, DagsterDbtTranslator())
    places = ["--target-path", str(folder), "--log-path", str(folder)]
    reach = ["--indirect-selection", chosen.indirect_selection] if chosen.indirect_selection else []
    worker.order([*arguments, *chosen.selection_args, *reach, *places], folder / RESULTS)
    return DbtCliInvocation(
        process=worker.process,
        manifest=chosen.manifest,
        dagster_dbt_translator=chosen.dagster_dbt_translator,
        project_dir=PROJECT_DIR,
        target_path=folder,
        raise_on_error=True,
        cli_version=parse(version("dbt-core")),
        context=context,
    )


def require_engine(failed: Iterable[dg.AssetCheckResult], results: Mapping[str, Mapping[str, Any]]) -> None:
    """Tell tests that the database could not run from tests that rows failed; the former say nothing about the data.

    Args:
        failed: the checks that did not pass.
        results: what dbt wrote about each test, by its unique id.

    Raises:
        EngineError: the database could not run a test; names each one and the database's message.
    """
    statuses = ((result.check_name, results.get(_unique_id(result), {})) for result in failed)
    messages = [f"{name}: {one['message']}" for name, one in statuses if one.get("status") == TestStatus.Error]
    if messages:
        raise EngineError(
            "The database could not run these data tests, so nothing is published. This says nothing about the data.\n"
            + "\n".join(messages)
            + "\nIf it ran out of memory, raise LEAD_SLA_MEMORY_LIMIT; then rerun."
        )


def _unique_id(result: dg.AssetCheckResult) -> str:
    return str(result.metadata["unique_id"].value)


def _explain(
    settings: Settings,
    manifest: Mapping[str, Any],
    results: Mapping[str, Mapping[str, Any]],
    result: dg.AssetCheckResult,
) -> dg.AssetCheckResult:
    """The failed check with its description and rows."""
    metadata = result.metadata
    unique_id = _unique_id(result)
    test = describe_test(manifest, unique_id)
    count = metadata["dagster_dbt/failed_row_count"].value if "dagster_dbt/failed_row_count" in metadata else 0
    query = results.get(unique_id, {}).get("compiled_code")
    found = f"{test.rule}{test.subject} {store_failures(settings, test, query, int(str(count)))}"
    explained: dict[str, Any] = {**metadata, **check_metadata(found=found, remedy=test.remedy)}
    return result._replace(metadata=explained)


def _stop(failed: list[dg.AssetCheckResult], broken: DagsterDbtCliRuntimeError) -> Exception:
    """What stops the step: the failed tests when there are any, else whatever broke dbt."""
    names = [str(result.check_name) for result in failed if result.severity == dg.AssetCheckSeverity.ERROR]
    if not names:
        return broken
    error = CheckFailedError(f"dbt tests failed, so nothing is published: {', '.join(names)}.")
    error.__cause__ = broken
    return error
