"""The command line without a refresh: what it prints, where, and with which exit code."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lead_sla.cli.main import app
from lead_sla.errors import InputError
from lead_sla.pipeline.as_of_date import resolve_as_of_date
from lead_sla.publishing import current_version
from lead_sla.settings import PROJECT_DIR, load_settings
from lead_sla.warehouse import connect, hold_lock
from tests.support.small_warehouse import publish_run

LATE_EVENING = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEAD_SLA_HOME", str(tmp_path))
    monkeypatch.setenv("LEAD_SLA_FEEDS", str(PROJECT_DIR / "feeds.yml"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_version_is_the_package_s() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.output.startswith("lead-sla ")


def test_a_setting_that_does_not_exist_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAD_SLA_TIMEZONE", "UTC")
    result = run("status")
    assert result.exit_code == 2
    assert "LEAD_SLA_TIMEZONE is not a setting" in result.output


def test_a_wrong_setting_is_named_with_what_is_allowed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAD_SLA_BUSINESS_TIMEZONE", "Mars/Olympus")
    result = run("refresh")
    assert result.exit_code == 2
    assert "LEAD_SLA_BUSINESS_TIMEZONE: 'Mars/Olympus' is not an IANA time zone" in result.output


def test_land_takes_a_file_back_by_its_path(home: Path) -> None:
    folder = home / "landing" / "lead_events"
    folder.mkdir(parents=True)
    (folder / "may.csv").write_text("event_id,lead_id,event_type,occurred_at\n1,a,demo,2026-05-01\n2,b,demo,May\n")
    assert run("land").exit_code == 0
    forgotten = run("land", "--forget", "lead_events/may.csv")
    assert forgotten.exit_code == 0
    assert forgotten.output.startswith("Forgotten: lead_events/may.csv (")
    assert "for feed lead_events: 1 row, 1 rejected).\nIt does not land again until its content" in forgotten.output
    assert "0 new files (0 already landed, 1 forgotten), 0 rows" in run("land").output
    again = run("land", "--forget", "lead_events/june.csv")
    assert (again.exit_code, "has not landed (did you mean lead_events/may.csv?)" in again.output) == (2, True)


def test_status_before_the_first_refresh_names_the_remedy(home: Path) -> None:
    result = run("status")
    assert result.exit_code == 2
    assert "Run `lead-sla refresh` first" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("refresh", "--as-of", "2026-13-45"), "'2026-13-45' is not a valid date. Write a day that exists."),
        (("refresh", "--as-of", "1/2/2026"), "Write 2026-02-01 for 1 February 2026 or 2026-01-02 for 2 January 2026."),
        (("refresh", "--as-of", "tomorrow"), "is not written as year-month-day. Write a date such as 2026-02-01."),
        (("propose", "--period", "2026-13"), "'2026-13' is not a month. Write year and month, such as 2026-12."),
        (("plan", "--customers", "1", "--period", "2026-03-01"), "'2026-03-01' is not a month."),
        (("agree", "--period", "March"), "'March' is not a month."),
    ],
)
def test_a_value_that_is_not_a_date_or_month_is_refused(home: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in re.sub(r"[│\s]+", " ", result.output)  # in a box, on several lines
    assert "%Y" not in result.output


def test_rollback_before_the_first_refresh_names_the_remedy(home: Path) -> None:
    result = run("publish", "--rollback")
    assert result.exit_code == 2
    assert "Nothing is published yet" in result.output


@pytest.mark.parametrize("command", [("mail", "--preview"), ("docs",)])
def test_what_needs_a_refresh_first_names_the_remedy(home: Path, command: tuple[str, ...]) -> None:
    result = run(*command)
    assert result.exit_code == 2
    assert "Run `lead-sla refresh` first" in " ".join(result.output.split())


def test_mails_are_only_ever_previewed(home: Path) -> None:
    result = run("mail")
    assert result.exit_code == 2
    assert "--preview" in result.output


def test_publish_to_a_version_needs_no_rollback_option(home: Path) -> None:
    settings = load_settings()
    for number in (1, 2):
        publish_run(settings, number)
    result = run("publish", "--to", "run-1")
    assert result.exit_code == 0, result.output
    assert current_version(settings).run_id == "run-1"


def test_publish_alone_is_refused(home: Path) -> None:
    result = run("publish")
    assert result.exit_code == 2
    assert "--rollback" in result.output


@pytest.mark.parametrize("command", ["refresh", "demo", "land", "status", "doctor", "docs"])
def test_a_home_that_cannot_be_created_is_printed_as_a_message(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("LEAD_SLA_HOME", "/proc/company")
    result = run(command)
    assert isinstance(result.exception, SystemExit), result.exception
    assert "/proc/company" in result.output
    assert "Traceback" not in result.output


def test_land_lands_and_tells(home: Path) -> None:
    folder = home / "landing" / "lead_events"
    folder.mkdir(parents=True)
    (folder / "june.csv").write_text("event_id,lead_id,event_type,occurred_at\n1,L1,demo,2026-06-01\n2,L2,demo,soon\n")
    result = run("land")
    assert result.exit_code == 0, result.output
    assert "1 new file (0 already landed), 1 row, 1 rejected; no files for deal_events" in result.output
    assert "lead_events/june.csv (feed lead_events): 1 of 2 rows rejected:" in result.output
    assert "1 row, such as line 3: occurred_at 'soon' is not an ISO 8601 date, or date and time" in result.output
    assert "Feed deal_events: no file matches deal_events/*." in result.output
    with connect(load_settings()) as connection:
        assert connection.execute("select lead_id from raw.lead_events").fetchall() == [("L1",)]


def test_land_fails_when_every_row_of_a_file_is_rejected(home: Path) -> None:
    folder = home / "landing" / "lead_events"
    folder.mkdir(parents=True)
    rows = "".join(f"b{number},m{number},demo,11/25/2026\n" for number in range(20))
    (folder / "day.csv").write_text(f"event_id,lead_id,event_type,occurred_at\n{rows}")
    result = run("land")
    assert result.exit_code == 1, result.output
    assert "20 rows, such as line 2: occurred_at '11/25/2026' is not an ISO 8601 date" in result.output
    assert "Every row of lead_events/day.csv was rejected" in result.output
    assert run("land").exit_code == 0


def test_land_names_every_file_that_was_refused_and_lands_the_others(home: Path) -> None:
    folder = home / "landing" / "lead_events"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(
        "event_id,lead_id,event_type,occurred_at\n1,Müller,demo,2026-06-01\n".encode("latin-1")
    )
    (folder / "b.csv").write_text("event_id,lead_id,event_type,occurred_at\n2,L2,demo,2026-06-01\n")
    result = run("land")
    assert result.exit_code == 2
    assert "lead_events/a.csv (feed lead_events): " in result.output
    with connect(load_settings()) as connection:
        assert connection.execute("select path from raw.landed_files").fetchall() == [("lead_events/b.csv",)]


def test_doctor_looks_and_changes_nothing(home: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "last run" in result.output
    assert list(home.iterdir()) == []


def test_a_command_that_waits_for_the_warehouse_prints_its_holder(home: Path) -> None:
    settings = load_settings()
    with hold_lock(settings, "a long report"):
        waiting = subprocess.Popen(
            [str(Path(sys.executable).with_name("lead-sla")), "land"],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert waiting.stdout is not None
        line = waiting.stdout.readline()
    assert "held by a long report" in line
    assert waiting.wait(timeout=60) == 0
    waiting.stdout.close()


def test_commands_that_need_no_dagster_do_not_load_it() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, json, lead_sla.cli.main; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    slow = {"dagster", "dbt", "great_expectations", "pandas"}
    assert slow.isdisjoint(json.loads(loaded.stdout))


def test_yesterday_is_yesterday_in_the_business_zone() -> None:
    assert resolve_as_of_date(None, "UTC", LATE_EVENING).isoformat() == "2026-11-22"
    assert resolve_as_of_date(None, "Asia/Tokyo", LATE_EVENING).isoformat() == "2026-11-23"


@pytest.mark.parametrize("text", ["2026-11-25", "tomorrow", "2026-02-30"])
def test_a_day_that_has_not_begun_or_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=text):
        resolve_as_of_date(text, "UTC", LATE_EVENING)


def test_today_may_be_asked_for() -> None:
    assert resolve_as_of_date("2026-11-23", "UTC", LATE_EVENING).isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    ("folder", "start"),
    [
        (".", "`lead-sla demo`"), ("../acme", "`lead-sla demo`"), ("new", "`cd new` and `lead-sla demo`"),
        ("my company", "`cd 'my company'` and `lead-sla demo`"),
    ],
)  # fmt: skip
def test_init_ends_with_commands_that_can_be_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, start: str
) -> None:
    (tmp_path / "acme").mkdir()
    monkeypatch.chdir(tmp_path / "acme")
    *_, last = run("init", folder).output.splitlines()
    assert last == f"Run {start}, or fill in the seeds and run `lead-sla refresh`."
