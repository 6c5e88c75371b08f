"""What the Dagster daemon runs: a look at the age of the mart, and an alert for runs that failed without a word."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from lead_sla.pipeline.failure_alerts import build_failure_sensor, build_stale_sensor
from lead_sla.settings import Settings, load_settings
from tests.support.harness import Company
from tests.support.servers import Hook, webhook


@dg.op
def break_down() -> None:
    raise RuntimeError("the disk is full")


@dg.job
def failing() -> None:
    break_down()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as hook:
        yield hook


@pytest.fixture
def settings(company: Company, tmp_path: Path, hook: Hook) -> Settings:
    shutil.copytree(company.settings.published_dir, tmp_path / "published", symlinks=True)
    return load_settings(home=tmp_path, webhook_url=hook.url)


def look(settings: Settings) -> str:
    """The result of the sensor."""
    skipped = build_stale_sensor(settings, failing)(dg.build_sensor_context())
    assert isinstance(skipped, dg.SkipReason)
    return str(skipped.skip_message)


def test_the_age_of_the_mart_is_looked_at(settings: Settings, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    # The figures of the published company end in June 2026.
    monkeypatch.setattr("lead_sla.reporting.alerts.OVERDUE_HOUR", 0)
    assert [look(settings), look(settings)] == ["Looked at the age of the mart."] * 2
    assert [text.splitlines()[0] for text in hook.texts] == ["Lead SLA: today's figures are overdue"]


def test_nobody_is_notified_about_the_sample_company(
    settings: Settings, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lead_sla.reporting.alerts.OVERDUE_HOUR", 0)
    (settings.home / "sample_company.json").write_text("{}")
    look(settings)
    assert hook.texts == []


def test_a_run_that_failed_is_reported_with_its_cause(settings: Settings, hook: Hook) -> None:
    with dg.instance_for_test() as instance:
        run = failing.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_refresh",
            dagster_instance=instance,
            dagster_run=run.dagster_run,
            dagster_event=run.get_run_failure_event(),
        ).for_run_failure()
        build_failure_sensor(settings, failing)(context)
    (text,) = hook.texts
    assert text.startswith(f"Lead SLA: the refresh failed\nRun {run.run_id}.\n")
    assert "the disk is full" in text
