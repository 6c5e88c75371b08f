"""What moved between two publications is listed, once, and stays listed."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.errors import CheckFailedError
from lead_sla.publishing import current_version, fingerprints, publish, rollback
from lead_sla.publishing.manifest import write_manifest
from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from tests.support.small_warehouse import AS_OF, change_warehouse, fill_warehouse, publish_run

LATER = datetime(2026, 5, 21, 9, 0, tzinfo=UTC)
DAY = "where sla_id = 'volume' and date = '2026-05-07'"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def publish_change(settings: Settings, sql: str, run_id: str = "again", as_of: date = AS_OF) -> list[tuple[Any, ...]]:
    """Publish run 1, change the warehouse, publish again; what is listed then."""
    publish_run(settings, 1)
    change_warehouse(settings, sql)
    publish(settings, run_id, as_of, LATER, None)
    return read_restatements(settings)


def read_restatements(settings: Settings) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.mart_path), read_only=True) as connection:
        return connection.execute(
            "select sla_id, date, figure, previous_value, current_value, change, reason "
            "from rpt_restatements order by all"
        ).fetchall()


def test_the_first_publication_restates_nothing(settings: Settings) -> None:
    publish_run(settings, 1)
    assert read_restatements(settings) == []


def test_the_same_figures_restate_nothing(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_run(settings, 2)
    assert read_restatements(settings) == []


def test_a_figure_that_nothing_explains_is_listed_as_unexplained(settings: Settings) -> None:
    rows = publish_change(settings, f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}")
    assert rows == [("volume", date(2026, 5, 7), "actual", 5.0, 7.5, 2.5, "unexplained")]


@pytest.mark.parametrize(("amount", "listed"), [(5 + 4e-9, 0), (5 - 4e-9, 0), (5 + 6e-9, 1), (5 - 6e-9, 1)])
def test_the_last_digits_of_a_float_are_no_restatement(settings: Settings, amount: float, listed: int) -> None:
    rows = publish_change(settings, f"update marts.fct_sla_daily_cumulative set actual = {amount!r} {DAY}")
    assert len(rows) == listed


def test_a_goal_that_becomes_unknown_is_listed_without_a_change(settings: Settings) -> None:
    rows = publish_change(settings, f"update marts.fct_sla_daily_cumulative set target_daily = null {DAY}")
    assert rows == [("volume", date(2026, 5, 7), "goal", 9.0, None, None, "unexplained")]


def test_days_that_only_one_of_the_two_covers_are_not_compared(settings: Settings) -> None:
    sql = "update marts.fct_sla_daily_cumulative set actual = 1 where sla_id = 'volume' and date > '2026-05-20'"
    assert publish_change(settings, sql, as_of=date(2026, 5, 25)) == []
    sql = "update marts.fct_sla_daily_cumulative set actual = null where date > '2026-05-10'"
    change_warehouse(settings, sql)
    publish(settings, "backwards", date(2026, 5, 10), LATER.replace(hour=10), None)
    assert read_restatements(settings) == []


def test_an_sla_that_is_new_restates_nothing(settings: Settings) -> None:
    rename = "set sla_id = 'renamed' where sla_id = 'volume'"
    sql = f"update marts.fct_sla_daily_cumulative {rename}; update marts.dim_slas {rename}"
    assert publish_change(settings, sql) == []


def test_the_list_is_carried_from_version_to_version(settings: Settings) -> None:
    (first,) = publish_change(settings, f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}")
    for run in range(2, 9):
        publish(settings, f"quiet-{run}", AS_OF, LATER.replace(minute=run), None)
    assert read_restatements(settings) == [first]
    fill_warehouse(settings, 9)
    publish(settings, "back-again", AS_OF, LATER.replace(minute=20), None)
    back = ("volume", date(2026, 5, 7), "actual", 7.5, 5.0, -2.5, "unexplained")
    assert read_restatements(settings) == [first, back]


def test_after_a_rollback_the_comparison_is_with_what_readers_saw(settings: Settings) -> None:
    publish_change(settings, f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}")
    rollback(settings)
    fill_warehouse(settings, 3)
    publish(settings, "mended", AS_OF, LATER.replace(hour=11), None)
    assert read_restatements(settings) == []


def test_a_lost_link_does_not_lose_the_list(settings: Settings) -> None:
    publish_change(settings, f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}")
    (settings.published_dir / "current").unlink()
    publish(settings, "relinked", AS_OF, LATER.replace(hour=11), None)
    assert len(read_restatements(settings)) == 1


def test_a_version_before_that_cannot_be_read_stops_the_publication_and_says_what_to_do(settings: Settings) -> None:
    publish_run(settings, 1)
    evidence = settings.published_dir / "versions" / "run-1" / "evidence" / "known_files.parquet"
    evidence.unlink()
    with pytest.raises(CheckFailedError, match=r"versions/run-1, cannot be compared .*Move that folder away"):
        publish_run(settings, 2)
    assert current_version(settings).run_id == "run-1"
    shutil.move(evidence.parent.parent, settings.home / "aside")
    publish_run(settings, 2)
    assert current_version(settings).run_id == "run-2"


def test_a_version_of_a_release_that_kept_no_evidence_begins_the_list_anew(settings: Settings) -> None:
    publish_run(settings, 1)
    folder = settings.published_dir / "versions" / "run-1"
    shutil.rmtree(folder / "evidence")
    write_manifest(folder, current_version(settings).model_copy(update={"fingerprints": {}}))
    publish_run(settings, 2)
    assert read_restatements(settings) == []


def test_changed_code_is_a_reason_for_what_moved(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    for folder in ("models", "macros"):
        shutil.copytree(PROJECT_DIR / folder, code / folder)
    shutil.copy(PROJECT_DIR / "dbt_project.yml", code)
    publish_run(settings, 1)
    monkeypatch.setattr(fingerprints, "PROJECT_DIR", code)
    fill_warehouse(settings, 2)
    publish(settings, "same-code", AS_OF, LATER, None)
    with (code / "models" / "credit" / "fct_sla_daily.sql").open("a") as model:
        model.write("-- another idea of a day\n")
    change_warehouse(settings, f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}")
    publish(settings, "other-code", AS_OF, LATER.replace(hour=11), None)
    assert [row[-1] for row in read_restatements(settings)] == ["code changed"]


def test_changed_settings_are_a_reason_for_what_moved(settings: Settings) -> None:
    publish_run(settings, 1)
    change_warehouse(settings, f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}")
    publish(settings.model_copy(update={"business_timezone": "Asia/Tokyo"}), "tokyo", AS_OF, LATER, None)
    assert [row[-1] for row in read_restatements(settings)] == ["settings changed"]


def test_an_sla_that_means_something_else_now_is_a_changed_agreement(settings: Settings) -> None:
    sql = (
        f"update marts.fct_sla_daily_cumulative set actual = 7.5 {DAY}; "
        "update marts.dim_slas set segment = 'emea' where sla_id = 'volume'"
    )
    assert [row[-1] for row in publish_change(settings, sql)] == ["agreement changed"]
