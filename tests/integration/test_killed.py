"""A refresh that is killed at any moment leaves nothing to repair: the next one gives the same mart as ever."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import duckdb
import pytest

from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.pipeline.job import JOB
from lead_sla.publishing import list_versions, publish
from lead_sla.publishing.recording import RESTATEMENTS
from lead_sla.warehouse import current_holder
from tests.support.cases import leads, sla, target, won
from tests.support.command_line import ForkedCommand, fork_lead_sla, lead_sla, start_lead_sla
from tests.support.harness import Company
from tests.support.sharing import empty_home

AS_OF = "2026-06-20"
BATCHES = 4
KILLS_A_BATCH = 15
STEP = re.compile(r"\w+ - STEP_START")
DBT_NODE = re.compile(r"\d+ of \d+ (?:OK|PASS) ")
# Tables about the refresh itself, and so about how often it was run.
ABOUT_THE_REFRESH = {"publication", RESTATEMENTS}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make_company(empty_home(tmp_path_factory))


def make_company(home: Path) -> Company:
    company = Company(home)
    company.seed("sla_definitions", [sla("leads_all"), sla("points_all", "points", pacing="business_days")])
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 300)])
    company.drop_file("lead_events", [*leads(40, "demo", "2026-05-04"), *leads(30, "whitepaper", "2026-06-10")])
    company.drop_file("deal_events", [won("demo-2026-05-04-0", "2026-06-01", amount="1000.00", currency="USD")])
    return company


def refresh(company: Company) -> str:
    """Refresh to the end; its log."""
    finished = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return max(find_logs(company), key=lambda path: path.stat().st_mtime).read_text()


def find_logs(company: Company) -> set[Path]:
    return set(company.settings.logs_dir.glob("refresh-*.log"))


def read_mart(company: Company) -> dict[str, list[tuple]]:
    """Every table of the published mart, whole."""
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        names = {name for (name,) in mart.execute("select table_name from duckdb_tables()").fetchall()}
        return {name: mart.execute(f"from {name} order by all").fetchall() for name in names - ABOUT_THE_REFRESH}


class Reader(Thread):
    """Somebody who looks at the mart all the time; `errors` is what they met."""

    def __init__(self, company: Company) -> None:
        super().__init__()
        self.company, self.done, self.looks, self.errors = company, Event(), 0, []

    def run(self) -> None:
        """Look until the end."""
        while not self.done.wait(0.2):
            try:
                with duckdb.connect(str(self.company.settings.mart_path), read_only=True) as mart:
                    mart.execute("select run_id, (select count(*) from rpt_sla_status) from publication").fetchall()
                self.looks += 1
            except duckdb.Error as error:
                self.errors.append(str(error))


class Moment(NamedTuple):
    """When so many lines of a refresh's log match."""

    line: re.Pattern[str]
    count: int

    def has_come(self, log: str) -> bool:
        return len(self.line.findall(log)) >= self.count


def find_moments(log: str) -> Iterator[Moment]:
    """When each step begins, and when dbt has done a tenth, a half and nine tenths of its work."""
    yield from (Moment(re.compile(re.escape(step)), 1) for step in STEP.findall(log))
    nodes = len(DBT_NODE.findall(log))
    yield from (Moment(DBT_NODE, nodes * tenths // 10) for tenths in (1, 5, 9))


def kill(command: ForkedCommand) -> None:
    """Kill a process, but not its children."""
    command.process.kill()
    command.wait()


def kill_at(company: Company, moment: Moment) -> None:
    """Start a refresh and kill it when the moment has come."""
    before = find_logs(company)
    command = fork_lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    while not any(moment.has_come(log.read_text()) for log in find_logs(company) - before):
        assert command.process.is_alive(), (moment, command.wait())
        time.sleep(0.02)
    kill(command)


def finished_before(company: Company, seconds: float) -> float | None:
    """Start a refresh and kill it after so many seconds; if it had finished before, how long it took."""
    started = time.monotonic()
    command = fork_lead_sla(company.settings, "refresh", "--as-of", AS_OF, LEAD_SLA_THREADS="4")
    try:
        command.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(command)
        return None
    return time.monotonic() - started


def drop_new_leads(company: Company, number: int) -> None:
    company.drop_file("lead_events", leads(2, "demo", "2026-06-12", f"kill-{number}"), f"{number:02}.csv")


def assert_nothing_is_left(company: Company, reader: Reader, untouched_home: Path) -> None:
    """The next refresh publishes what a company has that nothing happened to, and nobody has noticed anything."""
    refresh(company)
    reader.done.set()
    reader.join()
    assert reader.errors == []
    assert current_holder(company.settings) is None
    versions = company.settings.published_dir / "versions"
    assert {path.name for path in versions.iterdir()} == {version.run_id for version in list_versions(company.settings)}

    untouched = Company(untouched_home)
    for folder in ("landing", "seeds"):
        shutil.copytree(company.settings.home / folder, untouched.settings.home / folder, dirs_exist_ok=True)
    untouched.refresh(AS_OF)
    publish(untouched.settings, "untouched", date.fromisoformat(AS_OF), datetime.now(UTC), None)
    assert read_mart(company) == read_mart(untouched)


@pytest.mark.soak
def test_kills_at_every_step_and_inside_dbt_leave_the_mart_of_a_company_that_nothing_happened_to(
    company: Company, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    moments = list(find_moments(refresh(company)))
    assert len(moments) >= 8, "too few steps are in the log"
    reader = Reader(company)
    reader.start()
    for number, moment in enumerate(moments):
        drop_new_leads(company, number)
        kill_at(company, moment)
    assert_nothing_is_left(company, reader, tmp_path / "untouched")
    assert reader.looks > len(moments)
    record_property("tried", f"{len(moments)} refreshes were killed; {reader.looks} looks at the mart meanwhile")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(BATCHES))
def test_kills_at_random_moments_leave_the_mart_of_a_company_that_nothing_happened_to(
    tmp_path: Path, seed: int, record_property: Callable[..., None]
) -> None:
    company = make_company(tmp_path / "company")
    refresh(company)  # which has to parse the dbt project as well
    drop_new_leads(company, 2 * KILLS_A_BATCH)  # with nothing new, there would be no refresh to measure
    started = time.monotonic()
    refresh(company)
    duration = time.monotonic() - started
    reader = Reader(company)
    reader.start()
    dice = random.Random(seed)  # noqa: S311 - which moments matters little
    killed = 0
    for attempt in range(2 * KILLS_A_BATCH):
        drop_new_leads(company, attempt)
        # A moment in each part of a refresh, so that every step is hit.
        took = finished_before(company, duration * (killed + dice.random()) / KILLS_A_BATCH)
        if took is not None:
            duration = took  # the machine is faster now than it was when this was measured
            continue
        killed += 1
        if killed == KILLS_A_BATCH:
            break
    assert killed == KILLS_A_BATCH
    assert_nothing_is_left(company, reader, tmp_path / "untouched")
    record_property("tried", f"{killed} refreshes were killed; {reader.looks} looks at the mart meanwhile")


@pytest.mark.soak
def test_refreshes_of_dagster_and_of_the_command_line_take_turns(company: Company) -> None:
    """The first as the daemon and the browser start it, in a process that takes the job from the definitions."""
    settings = company.settings
    places = {"LEAD_SLA_HOME": settings.home, "LEAD_SLA_SEEDS": settings.seeds, "LEAD_SLA_FEEDS": settings.feeds}
    environment = os.environ | {name: str(path) for name, path in places.items()}
    environment["DAGSTER_HOME"] = str(prepare_dagster_home(settings))
    dagster = subprocess.Popen(
        [Path(sys.executable).with_name("dagster"), "job", "execute", "-m", "lead_sla.pipeline.definitions", "-j", JOB],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while current_holder(settings) is None:
        assert dagster.poll() is None
        time.sleep(0.1)
    other = start_lead_sla(settings, "refresh", "--as-of", AS_OF)
    said, _ = dagster.communicate(timeout=300)
    assert dagster.returncode == 0, said[-3000:]
    output, errors = other.communicate(timeout=300)
    assert other.returncode == 0, output + errors
    assert "Waiting for the warehouse, which is held by refresh" in output


def test_an_unreadable_temp_folder_is_named(company: Company, tmp_path: Path) -> None:
    not_a_folder = tmp_path / "tmp"
    not_a_folder.write_text("a file")
    refused = lead_sla(company.settings, "refresh", "--as-of", AS_OF, LEAD_SLA_TEMP_DIRECTORY=str(not_a_folder))
    assert refused.returncode in {1, 2}
    assert str(not_a_folder) in refused.stderr
