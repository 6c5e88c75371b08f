"""A refresh with nothing new says so and changes nothing; whatever has changed, and whatever failed, is refreshed."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import dagster as dg
import pytest

from lead_sla.landing.land import land_feeds
from lead_sla.pipeline.refresh_record import look_at_home, read_record, write_record
from lead_sla.pipeline.run import RefreshOptions
from lead_sla.pipeline.unchanged import find_unchanged
from lead_sla.publishing import rollback
from lead_sla.settings import Settings
from lead_sla.transform.snapshot import look_at
from lead_sla.warehouse import hold_lock
from tests.support.cases import leads, sla, target
from tests.support.command_line import fork_lead_sla, lead_sla
from tests.support.harness import Company
from tests.support.sharing import empty_home

AS_OF = "2026-06-20"
SAME = RefreshOptions(AS_OF)
NOT_CHANGED = ("dagster", "dbt", "logs", "cache")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company that was refreshed by the command, with a warning: its last event is ten days old."""
    company = Company(empty_home(tmp_path_factory))
    company.seed("sla_definitions", [sla("leads_all")])
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 300)])
    company.drop_file("lead_events", leads(40, "demo", "2026-06-10"), name="june.csv")
    company.settings = company.settings.model_copy(update={"threads": 1})  # as in the commands of tests
    refreshed = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    return company


@pytest.fixture(scope="module")
def repeated(published: Company) -> CompletedProcess[str]:
    """The second refresh, before any case has changed anything."""
    before = look(published.settings)
    repeated = lead_sla(published.settings, "refresh", "--as-of", AS_OF)
    assert look(published.settings) == before, repeated.stdout + repeated.stderr
    return repeated


@pytest.fixture
def company(published: Company, repeated: CompletedProcess[str], tmp_path: Path) -> Iterator[Company]:
    """The company with nothing new, which is put back afterward."""
    settings, kept = published.settings, tmp_path / "kept"
    record = read_record(settings)
    assert record is not None
    assert is_unchanged(settings)
    shutil.copytree(settings.home, kept, symlinks=True, ignore=shutil.ignore_patterns(*NOT_CHANGED))
    yield published
    for path in settings.home.iterdir():
        if (kept / path.name).is_dir():
            shutil.rmtree(path)
        elif path.name not in NOT_CHANGED:
            path.unlink()
    shutil.copytree(kept, settings.home, symlinks=True, dirs_exist_ok=True)
    # Copies have other inodes, which the record would rightly take for a change.
    write_record(settings, record.model_copy(update={"left_behind": look_at_home(settings, record.run_id)}))


def look(settings: Settings) -> tuple[object, ...]:
    """What readers see, and the warehouse."""
    current = settings.published_dir / "current"
    versions = sorted(path.name for path in (settings.published_dir / "versions").iterdir())
    return current.readlink(), versions, look_at_home(settings, current.readlink().name)


def is_unchanged(settings: Settings, options: RefreshOptions = SAME, now: datetime | None = None) -> bool:
    return find_unchanged(settings, options, now or datetime.now(UTC), print) is not None


def test_it_says_so_with_the_version_and_repeats_the_warnings(
    published: Company, repeated: CompletedProcess[str]
) -> None:
    assert repeated.returncode == 0, repeated.stderr
    record = read_record(published.settings)
    assert record is not None
    lines = repeated.stdout.splitlines()
    assert lines[0].startswith("Refreshing ")
    said = (
        f"Nothing new since the refresh of {record.began_at:%Y-%m-%d %H:%M} UTC: version {record.run_id} as of {AS_OF}"
    )
    assert lines[-1].startswith(f"{said} is current. Checked in ")
    assert record.warnings
    for check in record.warnings:
        assert f"Warning: {check.name} on {check.asset}" in lines
    assert "Landing files" not in repeated.stdout
    assert len(list(published.settings.logs_dir.glob("refresh-*.log"))) == 1


def test_it_is_recorded_in_dagster_beside_the_run_that_published(
    published: Company, repeated: CompletedProcess[str]
) -> None:
    with dg.DagsterInstance.from_config(str(published.settings.dagster_home)) as instance:
        records = instance.get_run_records()
        noted = instance.fetch_observations(dg.AssetKey(["published_mart"]), limit=1).records[0].asset_observation
    assert [record.dagster_run.job_name for record in records] == ["nothing_new", "daily_refresh"]
    assert all(record.dagster_run.status == dg.DagsterRunStatus.SUCCESS for record in records)
    assert len({record.dagster_run.tags[".dagster/repository"] for record in records}) == 1
    assert noted is not None
    assert noted.metadata["version"].value == records[1].dagster_run.run_id
    assert noted.metadata["as_of_date"].value == AS_OF
    assert "success: nothing new, run " in lead_sla(published.settings, "doctor", COLUMNS="400").stdout


def new_file(company: Company) -> None:
    company.drop_file("lead_events", leads(1, "demo", "2026-06-11"), name="late.csv")


def other_content_of_the_same_size_and_time(company: Company) -> None:
    file = company.settings.landing_dir / "lead_events" / "june.csv"
    before = file.stat()
    file.write_text(file.read_text().replace("demo-2026-06-10-7,", "demo-2026-06-10-X,"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def deleted_file(company: Company) -> None:
    (company.settings.landing_dir / "lead_events" / "june.csv").unlink()


def renamed_file(company: Company) -> None:
    file = company.settings.landing_dir / "lead_events" / "june.csv"
    file.rename(file.with_name("renamed.csv"))


def unreadable_file(company: Company) -> None:
    file = company.settings.landing_dir / "lead_events" / "june.csv"
    file.unlink()
    file.symlink_to("nowhere.csv")


def changed_seed(company: Company) -> None:
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 301)])


def deleted_seed(company: Company) -> None:
    (company.settings.seeds / "reference" / "holidays.csv").unlink()


def changed_rules(company: Company) -> None:
    company.settings.rules.write_text("maturity_days: 60\n")


def changed_feeds(company: Company) -> None:
    with company.settings.feeds.open("a") as feeds:
        feeds.write("# another comment\n")


def rolled_back(company: Company) -> None:
    versions = company.settings.published_dir / "versions"
    (current,) = versions.iterdir()
    earlier = shutil.copytree(current, versions / "earlier")
    manifest = json.loads((earlier / "manifest.json").read_text())
    (earlier / "manifest.json").chmod(0o644)
    (earlier / "manifest.json").write_text(
        json.dumps(manifest | {"run_id": "earlier", "published_at": "2026-06-20T00:00:00Z"})
    )
    assert rollback(company.settings, log=lambda _: None).run_id == "earlier"


def warehouse_written_by_another_command(company: Company) -> None:
    settings = company.settings
    with company.warehouse() as connection:
        land_feeds(connection, [], settings.landing_dir, settings.raw_dir, datetime(2026, 6, 21), lambda _: None)


def warehouse_with_a_write_ahead_log(company: Company) -> None:
    """As a process leaves it that is killed after a commit."""
    before = look_at(company.settings.warehouse_path)
    with company.warehouse() as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("delete from raw.landed_files")
    assert look_at(company.settings.warehouse_path) == before


def deleted_warehouse(company: Company) -> None:
    company.settings.warehouse_path.unlink()


def other_file_of_events(company: Company) -> None:
    (path, *_) = company.settings.raw_dir.rglob("*.parquet")
    path.write_bytes(path.read_bytes())


def deleted_page(company: Company) -> None:
    company.settings.page_path.unlink()


def deleted_version(company: Company) -> None:
    shutil.rmtree(company.settings.mart_path.resolve().parent)


def alert_that_has_to_be_withdrawn(company: Company) -> None:
    company.settings.alerts_path.write_text(json.dumps({"webhook": {"failing": "a run"}}))


def record_of_other_code(company: Company) -> None:
    record = read_record(company.settings)
    assert record is not None
    write_record(company.settings, record.model_copy(update={"snapshot": "of an earlier release"}))


@pytest.mark.parametrize(
    "change",
    [
        new_file,
        other_content_of_the_same_size_and_time,
        deleted_file,
        renamed_file,
        unreadable_file,
        changed_seed,
        deleted_seed,
        changed_rules,
        changed_feeds,
        rolled_back,
        warehouse_written_by_another_command,
        warehouse_with_a_write_ahead_log,
        deleted_warehouse,
        other_file_of_events,
        deleted_page,
        deleted_version,
        alert_that_has_to_be_withdrawn,
        record_of_other_code,
    ],
)
def test_what_has_changed_is_refreshed(company: Company, change: Callable[[Company], None]) -> None:
    change(company)
    assert not is_unchanged(company.settings)


@pytest.mark.parametrize(
    "setting",
    [{"business_timezone": "Asia/Tokyo"}, {"company": "Example"}, {"threads": 2}, {"mail_sales": ("sam@s.example",)}],
)
def test_another_setting_is_refreshed(company: Company, setting: dict[str, object]) -> None:
    assert not is_unchanged(company.settings.model_copy(update=setting))


@pytest.mark.parametrize(
    "options",
    [
        RefreshOptions("2026-06-19"),
        RefreshOptions(),
        RefreshOptions("2199-01-01"),
        RefreshOptions(AS_OF, full_refresh=True),
        RefreshOptions(AS_OF, confirm=True),
    ],
)
def test_another_day_and_what_a_person_insists_on_is_refreshed(company: Company, options: RefreshOptions) -> None:
    assert not is_unchanged(company.settings, options)


def test_the_same_day_is_refreshed_again_tomorrow_when_other_emails_are_due(company: Company) -> None:
    assert not is_unchanged(company.settings, now=datetime.now(UTC) + timedelta(days=1))


def test_a_file_that_was_only_touched_or_copied_again_is_nothing_new(company: Company) -> None:
    file = company.settings.landing_dir / "lead_events" / "june.csv"
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content)
    company.settings.seeds.joinpath("reference", "holidays.csv").touch()
    assert is_unchanged(company.settings)


def test_it_waits_for_whoever_has_the_warehouse(company: Company) -> None:
    with hold_lock(company.settings, "somebody"):
        command = fork_lead_sla(company.settings, "refresh", "--as-of", AS_OF)
        time.sleep(3)
        assert command.process.is_alive()
    waited = command.wait()
    assert waited.returncode == 0, waited.stderr
    assert "Waiting for the warehouse, which is held by somebody" in waited.stdout
    assert "Nothing new since" in waited.stdout


def test_a_full_refresh_is_one_and_what_changes_meanwhile_does_not_count_as_seen(company: Company) -> None:
    before = look(company.settings)
    command = fork_lead_sla(company.settings, "refresh", "--as-of", AS_OF, "--full-refresh")
    while read_record(company.settings):  # deleted as soon as the refresh has the warehouse
        assert command.process.is_alive()
        time.sleep(0.05)
    company.settings.feeds.touch()
    refreshed = command.wait()
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    assert "Published in " in refreshed.stdout
    assert look(company.settings)[0] != before[0]
    assert read_record(company.settings) is None
