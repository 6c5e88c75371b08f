"""What stops a refresh: the mart stays as it was, the exit code gives the kind, the message the remedy."""

import re
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest

from lead_sla.pipeline.refresh_record import read_record
from lead_sla.pipeline.run import RefreshOptions
from lead_sla.pipeline.unchanged import find_unchanged
from lead_sla.reporting.mail import preview_mail
from lead_sla.settings import Settings
from tests.support.cases import lead, leads, sla
from tests.support.command_line import lead_sla, start_lead_sla
from tests.support.harness import Company
from tests.support.sharing import empty_home

AS_OF = "2026-07-05"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company with one good version out."""
    company = Company(empty_home(tmp_path_factory))
    company.seed("sla_definitions", [sla("leads_all")])
    night = lead("night", "demo", "2026-06-30T23:30:00Z")
    company.drop_file("lead_events", [*leads(120, "demo", "2026-06-01"), night], name="june.csv")
    refreshed = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    return company


@pytest.fixture
def company(published: Company, tmp_path: Path) -> Iterator[Company]:
    """The same company, which is put back afterward: in another folder dbt would have to read it all again."""
    home, kept = published.settings.home, tmp_path / "kept"
    shutil.copytree(home, kept, symlinks=True)
    yield published
    shutil.rmtree(home)
    shutil.copytree(kept, home, symlinks=True)


def refresh(company: Company, **environment: str) -> CompletedProcess[str]:
    """Refresh, which is expected to fail; whatever happens, readers see what they saw before."""
    before = visible(company.settings)
    result = lead_sla(company.settings, "refresh", "--as-of", AS_OF, **environment)
    assert visible(company.settings) == before, result.stdout + result.stderr
    return result


def log_of(result: CompletedProcess[str]) -> str:
    """The log file that the message names."""
    return Path(result.stderr.rpartition("Log: ")[2].strip()).read_text()


def visible(settings: Settings) -> tuple[str, bytes]:
    """What readers see."""
    return str((settings.published_dir / "current").readlink()), settings.mart_path.read_bytes()


def landed(company: Company) -> list[str]:
    with duckdb.connect(str(company.settings.warehouse_path), read_only=True) as warehouse:
        return [row[0] for row in warehouse.execute("select path from raw.landed_files order by path").fetchall()]


def test_a_failing_dbt_test_keeps_the_mart(company: Company) -> None:
    company.drop_file("lead_events", leads(200, "gated_video", "2026-06-15"), name="unknown.csv")
    result = refresh(company)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Failed: assert_quarantined_events__share_within_threshold on staging/quarantined_events" in result.stderr
    assert "feed=lead_events, reason=unknown_event_type, quarantined=200, landed=321" in result.stderr
    assert "dbt_test__audit.assert_quarantined_events__share_within_threshold" in result.stderr
    remedy = "Remedy: look at staging.quarantined_events, add the missing code to its seed"
    assert remedy in result.stderr
    assert remedy in log_of(result), "the run's own log, which the browser shows, has to contain it too"
    assert "Nothing was published" in result.stderr
    assert read_record(company.settings) is None, "the next refresh must not count this one as done"


@pytest.mark.soak
def test_a_changed_time_zone_asks_before_it_changes_a_closed_month(company: Company) -> None:
    before = visible(company.settings)
    tokyo = {"LEAD_SLA_BUSINESS_TIMEZONE": "Asia/Tokyo"}
    result = refresh(company, **tokyo)
    assert result.returncode == 1, result.stdout + result.stderr
    said = " ".join(result.stderr.split())
    assert "The business time zone is Asia/Tokyo, and was UTC when the mart was published." in said
    assert "This would change 1 closed month, by at most 1 (leads_all in 2026-06)." in said
    confirmed = lead_sla(company.settings, "refresh", "--as-of", AS_OF, "--confirm", **tokyo)
    assert confirmed.returncode == 0, confirmed.stdout + confirmed.stderr
    assert visible(company.settings) != before


def test_a_failing_check_of_what_landed_keeps_the_mart(company: Company) -> None:
    rows = [*leads(50, "demo", "2026-06-15"), *leads(100, "demo", "15.06.2026", prefix="german")]
    company.drop_file("lead_events", rows, name="german.csv")
    result = refresh(company)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Failed: rejected_share_within_threshold on raw/landed_files" in result.stderr
    assert "feed=lead_events, rows_read=150, rows_rejected=100" in result.stderr
    assert "Remedy: raw.rejected_rows has the line" in result.stderr
    assert "lead_events/german.csv (feed lead_events): 100 of 150 rows rejected:" in result.stdout
    assert "100 rows, such as line 52: occurred_at '15.06.2026' is not an ISO 8601 date" in result.stdout
    assert "Building" not in result.stdout
    with duckdb.connect(str(company.settings.warehouse_path), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from raw.lead_events").fetchall() == [(171,)]
        assert warehouse.execute("select count(*) from intermediate.int_lead_touches").fetchall() == [(121,)]


def test_a_wrong_seed_stops_before_anything_is_touched(company: Company) -> None:
    target = {"sla_id": "leads_all", "period_start": "2026-06-01", "goal_basis": "custom", "amount": "-5"}
    company.seed("sla_targets", [target])
    company.drop_file("lead_events", [lead("late", "demo", "2026-06-18")], name="late.csv")
    result = refresh(company)
    assert result.returncode == 2, result.stdout + result.stderr
    assert 'targets/sla_targets.csv, line 2, column amount: "-5" is negative' in result.stderr
    assert re.search("Checking the seeds .* failed", result.stdout)
    assert "Landing files" not in result.stdout
    assert landed(company) == ["lead_events/june.csv"]


def test_a_missing_seed_is_named(company: Company) -> None:
    (company.settings.seeds / "reference" / "holidays.csv").unlink()
    result = refresh(company)
    assert result.returncode == 2, result.stdout + result.stderr
    assert "holidays.csv" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_cannot_land_stops_the_refresh_after_the_others_have_landed(company: Company) -> None:
    folder = company.settings.landing_dir / "lead_events"
    text = "event_id,lead_id,event_type,occurred_at\n1,Jürgen,demo,2026-06-02\n"
    (folder / "a-broken.csv").write_bytes(text.encode("cp1252"))
    company.drop_file("lead_events", [lead("good", "demo", "2026-06-18")], name="good.csv")
    result = refresh(company)
    assert result.returncode == 2, result.stdout + result.stderr
    assert "lead_events/a-broken.csv (feed lead_events): " in result.stderr
    assert re.search("Landing files .* failed", result.stdout)
    assert landed(company) == ["lead_events/good.csv", "lead_events/june.csv"]


def test_on_request_a_refresh_publishes_without_a_file_that_cannot_be_read_and_says_so_everywhere(
    company: Company, tmp_path: Path
) -> None:
    feeds = company.settings.feeds
    feeds.write_text("on_unreadable: publish_with_warning\n" + feeds.read_text())
    (company.settings.landing_dir / "lead_events" / "a-broken.csv").write_bytes(b"event_id\n\xff\n")
    company.drop_file("lead_events", [lead("good", "demo", "2026-06-18")], name="good.csv")
    result = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Refused, and published without: lead_events/a-broken.csv (feed lead_events): it is not" in result.stdout
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        assert mart.execute("select unreadable_files from publication").fetchall() == [("lead_events/a-broken.csv",)]
        assert mart.execute("select sum(leads) from fct_sla_daily").fetchall() == [(122,)]
    banner = "these files could not be read, and the figures do not contain them: lead_events/a-broken.csv"
    assert banner in company.settings.page_path.read_text()
    mail = message_from_bytes(
        preview_mail(company.settings, "sales", tmp_path / "mail.eml").read_bytes(), policy=default
    )
    assert banner in " ".join(mail.get_body(("plain",)).get_content().split())
    assert banner in " ".join(mail.get_body(("html",)).get_content().split())
    assert not find_unchanged(company.settings, RefreshOptions(AS_OF), datetime.now(UTC), print), (
        "the file is tried again"
    )


def test_a_day_in_the_future_is_refused(company: Company) -> None:
    before = visible(company.settings)
    result = lead_sla(company.settings, "refresh", "--as-of", "2199-01-01")
    assert result.returncode == 2, result.stdout + result.stderr
    assert "as_of_date 2199-01-01 is in the future" in result.stderr
    assert visible(company.settings) == before


@pytest.mark.soak
def test_a_refresh_as_of_a_day_before_all_data_is_refused(company: Company) -> None:
    before = visible(company.settings)
    result = lead_sla(company.settings, "refresh", "--as-of", "2026-05-31")
    assert result.returncode == 2, result.stdout + result.stderr
    assert "as_of_date 2026-05-31 is before 2026-06-01, the day of the first accepted event" in result.stderr
    assert visible(company.settings) == before


def test_a_warehouse_that_is_broken_is_reported_without_a_traceback(company: Company) -> None:
    company.settings.warehouse_path.write_bytes(b"this is not a database" * 1000)
    result = refresh(company)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "The refresh failed: " in result.stderr
    assert "Traceback" not in result.stderr
    assert "Stack Trace" in log_of(result)


def test_an_interrupted_refresh_takes_dbt_with_it_and_can_be_run_again(company: Company) -> None:
    before = visible(company.settings)
    running = start_lead_sla(company.settings, "refresh", "--as-of", AS_OF, "--full-refresh")
    assert running.stdout is not None
    next(line for line in running.stdout if "Checking landed files" in line)
    wait_for(company, "Concurrency: ")
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=120)
    assert running.returncode == 1, errors
    assert "The refresh failed: it was interrupted." in errors
    assert visible(company.settings) == before
    with duckdb.connect(str(company.settings.warehouse_path)) as warehouse:  # nobody else has it open
        assert warehouse.execute("select count(*) from raw.lead_events").fetchall() == [(121,)]


def wait_for(company: Company, words: str) -> None:
    """Wait until the newest log contains it."""
    log = max(company.settings.logs_dir.glob("refresh-*.log"), key=lambda path: path.stat().st_mtime)
    for _ in range(600):
        if words in log.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"{words!r} is not in {log.read_text()[-2000:]}")
