"""`lead-sla refresh` on a small company: published, recorded where the browser looks, and quiet on the terminal."""

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import dagster as dg
import duckdb
import pytest

from lead_sla.pipeline.definitions import build_defs
from lead_sla.pipeline.job import Decision, build_job, build_sensor, decide
from lead_sla.settings import load_settings
from tests.support.cases import leads, sla, won
from tests.support.command_line import lead_sla
from tests.support.harness import Company
from tests.support.sharing import empty_home

AS_OF = "2026-06-20"
STEPS = [
    "pull_sources",
    "land_files",
    "check_landed",
    "build_models",
    "check_marts",
    "published_mart",
    "notifications",
]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(empty_home(tmp_path_factory))
    company.seed("sla_definitions", [sla("leads_all"), sla("points_all", "points")])
    company.seed("sla_targets", [])
    company.drop_file("lead_events", [*leads(40, "demo", "2026-05-04"), *leads(30, "whitepaper", "2026-06-10")])
    company.drop_file("deal_events", [won("demo-2026-05-04-0", "2026-06-01", amount="1000.00", currency="USD")])
    return company


@pytest.fixture(scope="module")
def refreshed(company: Company) -> CompletedProcess[str]:
    return lead_sla(company.settings, "refresh", "--as-of", AS_OF)


@pytest.fixture
def instance(company: Company, refreshed: CompletedProcess[str]) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(company.settings.dagster_home)) as instance:
        yield instance


def test_it_publishes_the_mart_and_reports_it(company: Company, refreshed: CompletedProcess[str]) -> None:
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        assert mart.execute("select as_of_date from publication").fetchall()[0][0].isoformat() == AS_OF
        actual = mart.execute(
            "select actual_cumulative from fct_sla_daily_cumulative where sla_id = 'leads_all' and date = ?", [AS_OF]
        ).fetchall()
    assert actual == [(30.0,)]


def test_the_terminal_shows_a_line_per_step_and_the_log_file_the_rest(
    company: Company, refreshed: CompletedProcess[str]
) -> None:
    lines = refreshed.stdout.splitlines()
    begins = [
        "Refreshing",
        "  Starting",
        "  Landing",
        "  Checking landed files",
        "  Building",
        "  Checking the marts",
        "  Publishing",
    ]
    begins.append("  Notifying")
    assert [line[: len(begin)] for line, begin in zip(lines, begins, strict=False)] == begins
    assert "2 new files (0 already landed), 71 rows, 0 rejected" in lines[2]
    assert refreshed.stderr == ""
    (log,) = company.settings.logs_dir.glob("refresh-*.log")
    assert "STEP_SUCCESS" in log.read_text()
    assert "OK created sql table model marts.fct_sla_daily" in log.read_text()


def test_the_run_is_recorded_under_the_job_that_the_browser_shows(instance: dg.DagsterInstance) -> None:
    tagged = dg.RunsFilter(
        job_name="daily_refresh", tags={".dagster/repository": "__repository__@lead_sla.pipeline.definitions"}
    )
    (record,) = instance.get_run_records(tagged)
    assert record.dagster_run.status == dg.DagsterRunStatus.SUCCESS
    assert instance.get_latest_materialization_event(dg.AssetKey("published_mart")) is not None


def test_landing_is_checked_before_dbt_and_the_marts_before_publishing(instance: dg.DagsterInstance) -> None:
    (record,) = instance.get_run_records()
    events = instance.all_logs(record.dagster_run.run_id, of_type=dg.DagsterEventType.STEP_START)
    assert [event.step_key for event in events] == STEPS


def test_every_check_of_the_graph_was_evaluated_in_the_run(instance: dg.DagsterInstance) -> None:
    expected = Path(__file__).with_name("expected_graph.txt").read_text().splitlines()
    checks = {tuple(line.split()[1:3]) for line in expected if line.startswith("check ")}
    (record,) = instance.get_run_records()
    events = instance.all_logs(record.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [event.get_dagster_event().asset_check_evaluation_data.asset_check_key for event in events]
    assert {(key.asset_key.to_user_string(), key.name) for key in found} == checks


def test_status_and_its_json_are_the_mart_s(company: Company, refreshed: CompletedProcess[str]) -> None:
    shown = lead_sla(company.settings, "status", "--json")
    slas = {row["sla_id"]: row for row in json.loads(shown.stdout)["slas"]}
    assert slas["leads_all"]["actual_cumulative"] == 30
    assert slas["leads_all"]["status"] == "no_target"


def test_doctor_tells_the_last_run(company: Company, refreshed: CompletedProcess[str]) -> None:
    shown = lead_sla(company.settings, "doctor", COLUMNS="400")
    assert shown.returncode == 0, shown.stdout
    assert "success: run " in shown.stdout


FILES = {"lead_events/a.csv": [100, 5_000_000_000], "lead_events/b.csv": [200, 6_000_000_000]}


def test_one_model_alone_can_be_built_from_the_browser(company: Company, instance: dg.DagsterInstance) -> None:
    definitions = build_defs(company.settings)
    job = definitions.resolve_implicit_global_asset_job_def()
    model = dg.AssetKey(["marts", "dim_dates"])
    result = job.execute_in_process(asset_selection=[model], instance=instance)
    assert result.success
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [model]


def test_a_mistake_in_feeds_is_why_the_sensor_skips(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, feeds=tmp_path / "feeds.yml")
    cursor = '{"seen": {}, "refreshed": {}}'
    result = build_sensor(settings, build_job())(dg.build_sensor_context(cursor=cursor))
    assert isinstance(result, dg.SensorResult)
    assert "feeds.yml does not exist; create it" in str(result.skip_reason)
    assert result.cursor == cursor


def test_new_files_wait_until_they_look_the_same_twice() -> None:
    first = decide(FILES, {}, {}, last_refresh=0)
    assert first.wait
    assert "New or still growing: 2 files, such as lead_events/a.csv" in first.skip
    grown = FILES | {"lead_events/b.csv": [300, 7_000_000_000]}
    assert "New or still growing: 1 file, such as " in decide(grown, FILES, {}, last_refresh=0).skip
    assert decide(grown, grown, {}, last_refresh=0).run_key


def test_the_same_files_ask_for_the_same_run_only() -> None:
    assert decide(FILES, FILES, {}, last_refresh=0) == decide(FILES, FILES, {}, last_refresh=0)
    assert decide(FILES, FILES, FILES, last_refresh=0) == Decision(skip="No file is new or changed.")
    changed = FILES | {"lead_events/a.csv": [100, 9_000_000_000]}
    assert decide(changed, changed, FILES, last_refresh=0).run_key != decide(FILES, FILES, {}, last_refresh=0).run_key


def test_files_that_a_refresh_has_seen_start_no_other() -> None:
    seen = decide(FILES, FILES, {}, last_refresh=6.5)
    assert not seen.run_key
    assert not seen.wait
    assert "refreshed already" in seen.skip
