"""One line per step on the terminal, when the step ends.

What belongs here: hooks of the job, which read what a step has logged. What does not: running the job.
"""

from dataclasses import dataclass
from typing import Any

import dagster as dg
from rich.console import Console
from rich.status import Status

from lead_sla.formatting import show_count
from lead_sla.pipeline.input_checks import InputCheckError
from lead_sla.pipeline.landing_assets import WARNINGS
from lead_sla.pipeline.pull_assets import PULLED
from lead_sla.transform.rebuilding import REBUILD_REASON

PULL_STEP = "pull_sources"
STEPS = {
    PULL_STEP: "Pulling",
    "land_files": "Landing files",
    "check_landed": "Checking landed files",
    "build_models": "Building and testing models",
    "check_marts": "Checking the marts",
    "published_mart": "Publishing",
    "notifications": "Notifying",
}
SHOWN = (
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_OBSERVATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.STEP_SUCCESS,
)


@dataclass(frozen=True)
class Step:
    """The result of a step."""

    built: int
    checked: int
    failed: int
    note: str
    seconds: float | None

    def summary(self) -> str:
        """The step in a few words."""
        parts = [self.note] if self.note else []
        if self.built > 1 and not self.note:
            parts.append(f"{self.built} tables")
        if self.checked:
            parts.append(show_count(self.checked, "check") + (f", {self.failed} not passed" if self.failed else ""))
        return ", ".join(parts)


def follow_steps(console: Console, status: Status) -> set[dg.HookDefinition]:
    """Hooks that print each step that ended, and show which one comes next."""

    @dg.success_hook(name="show_success")
    def show_success(context: dg.HookContext) -> None:
        _show(console, status, context)

    @dg.failure_hook(name="show_failure")
    def show_failure(context: dg.HookContext) -> None:
        _show(console, status, context)

    return {show_success, show_failure}


def _show(console: Console, status: Status, context: dg.HookContext) -> None:
    if context.step_key not in STEPS:
        return
    logged = _events(context)
    for model, reason in _rebuilt(logged):
        console.print(f"  {model} is rebuilt because of a change in {reason}.", markup=False)
    step = _sum_up(logged)
    took = "failed" if step.seconds is None else f"{step.seconds:.1f} s"
    style = "red" if step.seconds is None else None
    error = context.op_exception
    name = error.step if isinstance(error, InputCheckError) else STEPS[context.step_key]
    has_nothing_to_pull = context.step_key == PULL_STEP and not step.note and step.seconds is not None
    if not has_nothing_to_pull:
        console.print(f"  {name:<28} {step.summary():<58} {took:>8}", style=style, markup=False)
    for line in _warnings(logged):
        console.print(f"    {line}", style="yellow", markup=False)
    names = list(STEPS)
    following = names[names.index(context.step_key) + 1 :]
    if following and step.seconds is not None:
        status.update(STEPS[following[0]])


def _events(context: dg.HookContext) -> list[Any]:
    """What the step has logged, in order."""
    logged = context.instance.all_logs(context.run_id, of_type=set(SHOWN))
    events = [entry.dagster_event for entry in logged if entry.dagster_event is not None]
    return [event for event in events if event.step_key == context.step_key]


def _rebuilt(logged: list[Any]) -> list[tuple[str, str]]:
    observed = [
        event.asset_observation_data.asset_observation
        for event in logged
        if event.event_type == dg.DagsterEventType.ASSET_OBSERVATION
    ]
    return [
        (observation.asset_key.path[-1], str(observation.metadata[REBUILD_REASON].value))
        for observation in observed
        if REBUILD_REASON in observation.metadata
    ]


def _warnings(logged: list[Any]) -> list[str]:
    """The lines about odd files, of the landing."""
    built = [event for event in logged if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION]
    found = [event.step_materialization_data.materialization.metadata.get(WARNINGS) for event in built]
    return [line for text in found if text for line in str(text.value).split("\n")]


def _sum_up(logged: list[Any]) -> Step:
    built = [event for event in logged if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION]
    checks = [event for event in logged if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION]
    ended = [event for event in logged if event.event_type == dg.DagsterEventType.STEP_SUCCESS]
    notes = [note for event in built if (note := _note(event))]
    return Step(
        built=len(built),
        checked=len(checks),
        failed=sum(not event.asset_check_evaluation_data.passed for event in checks),
        note=notes[-1] if notes else "",
        seconds=ended[0].step_success_data.duration_ms / 1000 if ended else None,
    )


def _note(event: Any) -> str:
    metadata = event.step_materialization_data.materialization.metadata
    for name in (PULLED, "landed", "published"):
        if name in metadata:
            return str(metadata[name].value)
    return ""
