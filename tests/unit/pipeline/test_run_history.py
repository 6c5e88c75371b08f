"""The run history is complete, and quick: engines share what they have compiled for as long as a run lasts."""

import uuid
from pathlib import Path

import dagster as dg
from sqlalchemy import create_engine, event, literal, select
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Engine

from lead_sla.pipeline.run_history import SharedDialect, quick_history


@dg.asset(check_specs=[dg.AssetCheckSpec("is_there", asset="thing")])
def thing() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True, check_name="is_there")])


def test_other_processes_read_the_whole_history_of_a_run(tmp_path: Path) -> None:
    job = dg.Definitions(assets=[thing], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    for run_id in (str(uuid.uuid4()), str(uuid.uuid4())):
        with quick_history(tmp_path, run_id), dg.DagsterInstance.from_config(str(tmp_path)) as instance:
            result = job.execute_in_process(instance=instance, run_id=run_id)
        with dg.DagsterInstance.from_config(str(tmp_path)) as later:
            logged = [entry.dagster_event for entry in later.all_logs(run_id) if entry.dagster_event]
        kinds = [one.event_type for one in result.all_events]
        assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in kinds
        assert [one.event_type for one in logged if one.event_type in kinds] == kinds


def test_a_statement_is_compiled_once_for_all_engines(tmp_path: Path) -> None:
    compiled: list[object] = []

    def note(_connection: object, _cursor: object, _text: str, _values: object, context: object, _many: bool) -> None:
        compiled.append(context.compiled)  # type: ignore[attr-defined]

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with quick_history(tmp_path, "run"):
            for name in ("one", "two"):
                with create_engine(f"sqlite:///{tmp_path / name}").connect() as connection:
                    assert connection.execute(select(literal(name))).scalar() == name
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    first, second = compiled
    assert first is second


def test_other_engines_are_what_they_were_afterward(tmp_path: Path) -> None:
    with quick_history(tmp_path, "run"):
        assert isinstance(create_engine("sqlite://").dialect, SharedDialect)
    assert type(create_engine("sqlite://").dialect) is pysqlite.dialect
