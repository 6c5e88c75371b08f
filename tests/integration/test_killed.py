"""A refresh that is killed at any moment leaves nothing to repair: the next one gives the same mart as ever."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest

from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.pipeline.job import JOB
from lead_sla.publishing import list_versions
from lead_sla.publishing.restating import RESTATEMENTS
from lead_sla.warehouse import current_holder
from tests.support.cases import leads, sla, target, won
from tests.support.command_line import lead_sla, start_lead_sla
from tests.support.harness import Company

AS_OF = "2026-06-20"
KILLS = 30
# Tables that tell of the refresh itself, and so of how often it was run.
OWN_STORY = {"publication", RESTATEMENTS}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("killed"))
    company.seed("sla_definitions", [sla("leads_all"), sla("points_all", "points", pacing="business_days")])
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 300)])
    company.drop_file("lead_events", [*leads(40, "demo", "2026-05-04"), *leads(30, "whitepaper", "2026-06-10")])
    company.drop_file("deal_events", [won("demo-2026-05-04-0", "2026-06-01", amount="1000.00", currency="USD")])
    return company


def read_mart(company: Company) -> dict[str, list[tuple]]:
    """Every table of the published mart, whole."""
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        names = [name for (name,) in mart.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: mart.execute(f"from {name} order by all").fetchall() for name in names if name not in OWN_STORY}


class Reader(Thread):
    """Somebody who looks at the mart all the time; `errors` is what they met."""

    def __init__(self, company: Company) -> None:
        super().__init__()
        self.company, self.done, self.looks, self.errors = company, Event(), 0, []

    def run(self) -> None:
        """Look until told to stop."""
        while not self.done.wait(0.2):
            try:
                with duckdb.connect(str(self.company.settings.mart_path), read_only=True) as mart:
                    mart.execute("select run_id, (select count(*) from rpt_sla_status) from publication").fetchall()
                self.looks += 1
            except duckdb.Error as error:
                self.errors.append(str(error))


@pytest.fixture
def reader(company: Company) -> Iterator[Reader]:
    reader = Reader(company)
    yield reader
    reader.done.set()


def finished_before(company: Company, seconds: float) -> float | None:
    """Start a refresh and kill its process, but not its children; if it had finished before, how long it took."""
    started = time.monotonic()
    process = start_lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    process.communicate()
    return time.monotonic() - started


def test_thirty_kills_leave_the_mart_of_a_company_that_nothing_happened_to(
    company: Company, reader: Reader, record_property: Callable[..., None]
) -> None:
    for _ in range(2):  # the first one has to parse the dbt project as well
        started = time.monotonic()
        assert lead_sla(company.settings, "refresh", "--as-of", AS_OF).returncode == 0
        duration = time.monotonic() - started
    reader.start()
    dice = random.Random(9)  # noqa: S311 - which moments matters little
    killed = 0
    for attempt in range(2 * KILLS):
        company.drop_file("lead_events", leads(2, "demo", "2026-06-12", f"kill-{attempt}"), f"{attempt:02}.csv")
        # A moment in each thirtieth of a refresh, so that every step is hit.
        took = finished_before(company, duration * (killed + dice.random()) / KILLS)
        if took is not None:
            duration = took  # the machine is faster now than it was when this was measured
            continue
        killed += 1
        if killed == KILLS:
            break
    assert killed == KILLS

    finished = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    reader.done.set()
    reader.join()
    assert (reader.errors, reader.looks > killed) == ([], True)
    assert current_holder(company.settings) is None
    versions = company.settings.published_dir / "versions"
    assert {path.name for path in versions.iterdir()} == {version.run_id for version in list_versions(company.settings)}

    untouched = Company(company.settings.home.parent / "untouched")
    for folder in ("landing", "seeds"):
        shutil.copytree(company.settings.home / folder, untouched.settings.home / folder, dirs_exist_ok=True)
    assert lead_sla(untouched.settings, "refresh", "--as-of", AS_OF).returncode == 0
    assert read_mart(company) == read_mart(untouched)
    record_property("tried", f"{killed} refreshes were killed; {reader.looks} looks at the mart meanwhile")


def test_two_refreshes_at_once_take_turns(company: Company) -> None:
    first = start_lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    while current_holder(company.settings) is None:
        time.sleep(0.1)
    second = start_lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    said = [process.communicate(timeout=300)[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert "Waiting for the warehouse, which is held by refresh" in said[1]


def test_a_refresh_of_dagster_s_and_one_of_the_command_line_take_turns(company: Company) -> None:
    """As the daemon and the browser do, in a process that loads the definitions and takes the job from them."""
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
    second = lead_sla(settings, "refresh", "--as-of", AS_OF)
    said, _ = dagster.communicate(timeout=300)
    assert (dagster.returncode, second.returncode) == (0, 0), said[-3000:] + second.stdout + second.stderr
    assert "Waiting for the warehouse, which is held by refresh" in second.stdout


def test_an_unreadable_temp_folder_is_named(company: Company, tmp_path: Path) -> None:
    not_a_folder = tmp_path / "tmp"
    not_a_folder.write_text("a file")
    refused = lead_sla(company.settings, "refresh", "--as-of", AS_OF, LEAD_SLA_TEMP_DIRECTORY=str(not_a_folder))
    assert refused.returncode in {1, 2}
    assert str(not_a_folder) in refused.stderr
