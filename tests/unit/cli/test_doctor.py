"""`lead-sla doctor`: every finding, with the thing it looks at really in that state."""

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from lead_sla.cli import doctor
from lead_sla.cli.doctor import Finding
from lead_sla.publishing import rollback
from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from lead_sla.warehouse import hold_lock
from tests.support.small_warehouse import fill_warehouse, publish_run

NOW = datetime(2026, 5, 23, 6, 1, tzinfo=UTC)
LOCAL = "proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw,relatime 0 0\n"
NETWORK = "server:/share /srv/our\\040data nfs4 rw,vers=4.2 0 0\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home")


def brief(finding: Finding) -> tuple[str, str]:
    return finding.name, finding.verdict


def test_settings_are_shown_with_where_they_come_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEAD_SLA_REPORTING_CURRENCY", "EUR")
    monkeypatch.delenv("LEAD_SLA_MEMORY_LIMIT", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"LEAD_SLA_HOME={tmp_path}\nLEAD_SLA_MAIL_PORT=587\n")
    settings = load_settings()
    found = {finding.name: finding.what for finding in doctor.check_settings(settings)}
    assert found["LEAD_SLA_REPORTING_CURRENCY"] == "EUR (from the environment)"
    assert found["LEAD_SLA_HOME"] == f"{tmp_path} (from .env)"
    assert found["LEAD_SLA_MEMORY_LIMIT"] == "4GB (default)"
    assert found["LEAD_SLA_TEMP_DIRECTORY"] == f"{tmp_path / 'tmp'} (default)"
    assert found["LEAD_SLA_MAIL_PORT"] == "587 (default)"
    assert len(found) == len(Settings.model_fields)


def test_versions_name_python_and_the_libraries() -> None:
    what = doctor.check_versions().what
    assert all(name in what for name in ("lead-sla 0.", "Python 3.", "duckdb 1.", "dbt-core 1.", "dagster 1."))


def test_a_home_that_can_be_written_to_is_ok(settings: Settings) -> None:
    assert doctor.check_home(settings.home).what == f"{settings.home} does not exist yet; the first refresh makes it"
    settings.home.mkdir()
    assert doctor.check_home(settings.home) == Finding("home folder", "ok", f"{settings.home} can be written to")
    assert list(settings.home.iterdir()) == []


def test_a_home_below_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = doctor.check_home(tmp_path / "file" / "home")
    assert brief(finding) == ("home folder", "problem")
    assert f"{tmp_path / 'file'} is not writable: Not a directory" in finding.what
    assert "LEAD_SLA_HOME" in finding.remedy


def test_too_little_disk_space_for_the_warehouse_is_a_warning(settings: Settings) -> None:
    settings.home.mkdir()
    assert brief(doctor.check_disk_space(settings)) == ("disk space", "ok")
    with settings.warehouse_path.open("wb") as sparse:
        sparse.truncate(shutil.disk_usage(settings.home).free)
    finding = doctor.check_disk_space(settings)
    assert brief(finding) == ("disk space", "warn")
    assert "Free some space" in finding.remedy


@pytest.mark.parametrize(
    ("home", "mounts", "verdict", "what"),
    [
        ("/srv/our data/home", LOCAL + NETWORK, "problem", "is on a network file system (nfs4)"),
        ("/srv/our data 2/home", LOCAL + NETWORK, "ok", "is on ext4, mounted at /"),
        ("/srv/local/home", LOCAL + NETWORK, "ok", "is on ext4, mounted at /"),
        # Mounted over: the later line is what is seen.
        ("/home/me", LOCAL + "server:/root / nfs rw 0 0\n", "problem", "network file system (nfs)"),
        ("/home/me", "", "ok", "not checked on this system"),
    ],
)
def test_a_network_file_system_is_a_problem(home: str, mounts: str, verdict: str, what: str) -> None:
    finding = doctor.check_file_system(Path(home), mounts)
    assert brief(finding) == ("file system", verdict)
    assert what in finding.what


def test_a_time_zone_must_be_known_to_python_and_duckdb() -> None:
    assert brief(doctor.check_timezone("America/New_York")) == ("time zone data", "ok")
    unknown = doctor.check_timezone("Mars/Olympus_Mons")
    assert brief(unknown) == ("time zone data", "problem")
    assert "Mars/Olympus_Mons is not known" in unknown.what


def test_the_landing_folder_is_counted(settings: Settings) -> None:
    finding = doctor.check_landing(settings)
    assert brief(finding) == ("landing folder", "warn")
    assert "bring-your-own-data.md" in finding.remedy
    (settings.landing_dir / "lead_events").mkdir(parents=True)
    (settings.landing_dir / "lead_events" / "may.csv").write_text("event_id\n")
    assert doctor.check_landing(settings).what == f"1 file, 0.000 GB in {settings.landing_dir}"


def test_feeds_are_named_and_a_wrong_feeds_file_is_a_problem(tmp_path: Path) -> None:
    assert doctor.check_feeds(load_settings(home=tmp_path)).what.startswith("lead_events, deal_events")
    (tmp_path / "feeds.yml").write_text("feeds: [{name: lead_events}]\n")
    finding = doctor.check_feeds(load_settings(home=tmp_path, feeds=tmp_path / "feeds.yml"))
    assert brief(finding) == ("feeds", "problem")
    assert "feeds.yml" in finding.what


def test_wrong_seeds_are_a_problem_with_the_first_of_them(tmp_path: Path) -> None:
    shutil.copytree(PROJECT_DIR / "seeds", tmp_path / "seeds")
    settings = load_settings(home=tmp_path, seeds=tmp_path / "seeds")
    assert brief(doctor.check_seed_files(settings)) == ("seeds", "ok")
    (tmp_path / "seeds" / "targets" / "sla_targets.csv").write_text("sla_id\n")
    finding = doctor.check_seed_files(settings)
    assert brief(finding) == ("seeds", "problem")
    assert "seeds/targets/sla_targets.csv, line 1" in finding.what


def test_the_holder_of_the_lock_is_named(settings: Settings) -> None:
    assert doctor.check_lock(settings) == Finding("lock", "ok", "the warehouse is free")
    with hold_lock(settings, "refresh 42"):
        finding = doctor.check_lock(settings)
    assert brief(finding) == ("lock", "warn")
    assert "held by refresh 42 (process" in finding.what


def test_the_warehouse_is_opened_only_while_it_is_free(settings: Settings) -> None:
    assert doctor.check_warehouse(settings).what == f"there is none yet at {settings.warehouse_path}"
    fill_warehouse(settings, 1)
    assert doctor.check_warehouse(settings).what.startswith("16 tables, 0.00")
    with hold_lock(settings, "refresh 42"):
        assert doctor.check_warehouse(settings).what.endswith("not opened, because it is in use")


def test_a_damaged_warehouse_is_a_problem(settings: Settings) -> None:
    fill_warehouse(settings, 1)
    settings.warehouse_path.write_bytes(b"no database")
    finding = doctor.check_warehouse(settings)
    assert brief(finding) == ("warehouse", "problem")
    assert "cannot be opened" in finding.what


def test_the_published_version_is_shown_with_its_age(settings: Settings) -> None:
    assert doctor.check_published(settings, NOW).what == "nothing is published yet"
    publish_run(settings, 1)
    assert doctor.check_published(settings, NOW) == Finding(
        "published mart", "ok", "version run-1, as of 2026-05-20, refresh began 2026-05-21 06:01 UTC, 2 days ago"
    )
    publish_run(settings, 2)
    rollback(settings, log=lambda _: None)
    finding = doctor.check_published(settings, NOW)
    assert brief(finding) == ("published mart", "warn")
    assert "version run-1, as of 2026-05-20" in finding.what
    assert "the newer version run-2, as of 2026-05-20, was withdrawn" in finding.what
    assert finding.remedy == "To return to it, run `lead-sla publish --rollback --to run-2`."
    shutil.rmtree(settings.published_dir / "versions" / "run-1")
    assert brief(doctor.check_published(settings, NOW)) == ("published mart", "problem")


def test_the_last_run_is_passed_on() -> None:
    def found(last_run: str | None, *, is_running: bool = False) -> tuple[str, str, str]:
        finding = doctor.check_last_run(last_run, is_running=is_running)
        return finding.verdict, finding.what, finding.remedy

    assert found(None)[0] == "warn"
    assert found("failure: run 1")[0] == "warn"
    assert found("success: run 1") == ("ok", "success: run 1", "")
    assert found("started: run 1", is_running=True) == ("ok", "started: run 1", "")
    assert found("started: run 1") == ("warn", "started: run 1; it was interrupted", "Rerun `lead-sla refresh`.")


def test_everything_is_looked_at_and_a_new_home_stays_untouched(settings: Settings) -> None:
    findings = doctor.gather(settings, last_run=None)
    names = [finding.name for finding in findings if not finding.name.startswith("LEAD_SLA_")]
    assert names == [
        "versions", "home folder", "disk space", "file system", "time zone data", "landing folder", "feeds", "seeds",
        "lock", "warehouse", "published mart", "last run",
    ]  # fmt: skip
    assert {finding.verdict for finding in findings if finding.remedy} == {"warn"}
    assert not settings.home.exists()


def test_the_findings_can_be_read_on_a_terminal_of_80_columns() -> None:
    out = Console(file=(written := io.StringIO()), width=80)
    message = "1 problem in /srv/acme/seeds: seeds/targets/sla_targets.csv, line 2: [-5] is negative"
    findings = [
        Finding("LEAD_SLA_BUSINESS_TIMEZONE", "ok", "America/Argentina/Buenos_Aires (from the environment)"),
        Finding("seeds", "problem", message, "Correct the files; a refresh lists every problem."),
    ]
    out.print(doctor.to_table(findings))
    assert [line.rstrip() for line in written.getvalue().splitlines()] == [
        "ok       LEAD_SLA_BUSINESS_TIMEZONE: America/Argentina/Buenos_Aires (from the",
        "         environment)",
        "problem  seeds: 1 problem in /srv/acme/seeds: seeds/targets/sla_targets.csv,",
        "         line 2: [-5] is negative",
        "         Remedy: Correct the files; a refresh lists every problem.",
    ]
