"""The metadata of check results, and reading it from a run's event log.

This module contains the facts that every check reports, whether of dbt or Great Expectations, but not
the checks themselves.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import dagster as dg

from lead_sla.errors import CheckFailedError, LeadSlaError
from lead_sla.pipeline.refresh_record import FailedCheck

SHOWN = 5
INTERRUPTED = "DagsterExecutionInterruptedError"
RUN_TOGETHER = "Run everything together: the job daily_refresh, or `lead-sla refresh`."


def check_metadata(*, found: str, remedy: str) -> dict[str, str]:
    """The metadata that a check reports: its rule, the rows that break it, and the remedy."""
    return {"found": found, "remedy": remedy}


def events(instance: dg.DagsterInstance, run_id: str, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
    """The events of one kind that the run has logged so far."""
    logged = instance.all_logs(run_id, of_type=kind)
    return [entry.dagster_event for entry in logged if entry.dagster_event is not None]


def evaluations(instance: dg.DagsterInstance, run_id: str) -> dict[dg.AssetCheckKey, dg.AssetCheckEvaluation]:
    """Every check that the run has evaluated so far."""
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    found = [event.asset_check_evaluation_data for event in events(instance, run_id, kind)]
    return {evaluation.asset_check_key: evaluation for evaluation in found}


def failed_checks(instance: dg.DagsterInstance, run_id: str) -> list[FailedCheck]:
    """Every check of the run that did not pass, errors first."""
    failed = [
        FailedCheck(
            asset=key.asset_key.to_user_string(),
            name=key.name,
            is_error=evaluation.severity == dg.AssetCheckSeverity.ERROR,
            found=_text(evaluation.metadata, "found"),
            remedy=_text(evaluation.metadata, "remedy"),
        )
        for key, evaluation in evaluations(instance, run_id).items()
        if not evaluation.passed
    ]
    return sorted(failed, key=lambda check: (not check.is_error, check.asset, check.name))


def require_audit(
    instance: dg.DagsterInstance,
    run_id: str,
    assets: Collection[dg.AssetKey],
    checks: Collection[dg.AssetCheckKey],
) -> None:
    """Make sure that the run itself built `assets` and evaluated `checks`; graph order promises that for no other run.

    Raises:
        CheckFailedError: something was not built or not checked in this run, or a check failed.
    """
    materialized = events(instance, run_id, dg.DagsterEventType.ASSET_MATERIALIZATION)
    built = {event.asset_key for event in materialized}
    evaluated = evaluations(instance, run_id)
    failed = [f"{check.name} on {check.asset}" for check in failed_checks(instance, run_id) if check.is_error]
    problems = [
        *_problem("not built in this run", [key.to_user_string() for key in assets if key not in built]),
        *_problem("not checked in this run", [_show(key) for key in checks if key not in evaluated]),
        *_problem("failed", failed),
    ]
    if problems:
        raise CheckFailedError(f"Nothing was published. {' '.join(problems)} {RUN_TOGETHER}")


def our_error(error: Any) -> tuple[type[LeadSlaError], str] | None:
    """The kind and the message of the error of ours within a serialized one, or None when something else broke."""
    ours = {kind.__name__: kind for kind in _subclasses(LeadSlaError)}
    for link in _causes(error):
        if link.cls_name in ours:
            return ours[link.cls_name], link.message.split(": ", 1)[-1].strip()
    return None


def root_message(error: Any) -> str:
    """What broke, in the words of the error at the bottom."""
    root = list(_causes(error))[-1]
    return "it was interrupted." if root.cls_name == INTERRUPTED else str(root.message.strip())


def _causes(error: Any) -> Iterator[Any]:
    while error is not None:
        yield error
        error = error.cause


def _subclasses(kind: type[LeadSlaError]) -> Iterator[type[LeadSlaError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


def _problem(what: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return [f"{len(names)} {what}: {', '.join(sorted(names)[:SHOWN])}{more}."]


def _show(key: dg.AssetCheckKey) -> str:
    return f"{key.name} on {key.asset_key.to_user_string()}"


def _text(metadata: Mapping[str, Any], name: str) -> str:
    return str(metadata[name].value) if name in metadata else "unknown"
