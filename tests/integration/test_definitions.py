"""The asset graph as it is meant to be: every asset with its group, every check, and what starts the job.

`expected_graph.txt` is the graph in words. When a change of it is meant, write it again and read the difference:

    .venv/bin/python -m tests.integration.test_definitions
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from lead_sla.ledger.tables import VIEWS
from lead_sla.pipeline.definitions import build_defs
from lead_sla.pipeline.landing_assets import RAW_TABLES
from lead_sla.settings import PROJECT_DIR, load_settings

EXPECTED = Path(__file__).with_name("expected_graph.txt")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def definitions(home: Path) -> dg.Definitions:
    return build_defs(load_settings(home=home, business_timezone="Europe/Berlin"))


def describe(definitions: dg.Definitions) -> str:
    """The graph as text: one line per thing, sorted, so that a difference can be read."""
    return "\n".join([*_assets(definitions), "", *_checks(definitions), "", *_automation(definitions)]) + "\n"


def _assets(definitions: dg.Definitions) -> Iterator[str]:
    graph = definitions.resolve_asset_graph()
    for key in sorted(graph.get_all_asset_keys()):
        yield f"asset {key.to_user_string()} in {graph.get(key).group_name}"


def _checks(definitions: dg.Definitions) -> Iterator[str]:
    graph = definitions.resolve_asset_graph()
    for key in sorted(graph.asset_check_keys):
        holds_back = " (blocking)" if graph.get(key).blocking else ""
        yield f"check {key.asset_key.to_user_string()} {key.name}{holds_back}"


def _automation(definitions: dg.Definitions) -> Iterator[str]:
    for job in definitions.jobs or []:
        yield f"job {job.name}"
    for schedule in definitions.schedules or []:
        yield f"schedule {schedule.name} {schedule.cron_schedule} {schedule.default_status.value}"
    for sensor in definitions.sensors or []:
        yield f"sensor {sensor.name} {sensor.default_status.value}"


def test_the_graph_is_the_one_that_was_agreed(definitions: dg.Definitions) -> None:
    assert describe(definitions) == EXPECTED.read_text()


def test_the_job_is_one_step_each_in_this_order(definitions: dg.Definitions) -> None:
    plan = definitions.resolve_job_def("daily_refresh").graph
    after = {name: {output.node_name for output in _needed(plan, name)} for name in plan.node_dict}
    assert after == {
        "pull_sources": set(),
        "land_files": {"pull_sources"},
        "check_landed": {"land_files"},
        "build_models": {"land_files", "check_landed"},
        "check_marts": {"build_models"},
        "published_mart": {"build_models", "check_marts"},
        "notifications": {"published_mart"},
    }


def _needed(graph: dg.GraphDefinition, name: str) -> Iterator[dg.OutputMapping]:
    for outputs in graph.dependency_structure.input_to_upstream_outputs_for_node(name).values():
        yield from outputs


def test_dbt_reads_exactly_what_landing_writes_and_what_was_published(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    raw = {key for key in graph.get_all_asset_keys() if key.path[0] == "raw"}
    landed = {key.path[1] for key in raw if graph.get(key).is_materializable}
    assert landed == set(RAW_TABLES)
    assert {key.path[1] for key in raw} - landed == set(VIEWS)


def test_the_schedule_follows_the_business_zone(definitions: dg.Definitions) -> None:
    (schedule,) = definitions.schedules or []
    assert schedule.execution_timezone == "Europe/Berlin"


def test_marts_and_publication_promise_to_be_fresh(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    promised = {key for key in graph.get_all_asset_keys() if graph.get(key).freshness_policy}
    assert promised == {key for key in graph.get_all_asset_keys() if key.path[0] in {"marts", "published_mart"}}


@pytest.mark.soak
def test_dagster_finds_the_definitions_by_module_name(home: Path, definitions: dg.Definitions) -> None:
    found = subprocess.run(
        [
            str(Path(sys.executable).with_name("dagster")),
            "definitions",
            "validate",
            "-m",
            "lead_sla.pipeline.definitions",
        ],
        env={"PATH": "", "LEAD_SLA_HOME": str(home), "DAGSTER_HOME": str(home)},
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        EXPECTED.write_text(describe(build_defs(load_settings(home=Path(scratch), business_timezone="Europe/Berlin"))))
