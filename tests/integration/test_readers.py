"""Those who read the published mart: old clients, many at once, and while a refresh is writing."""

import json
import multiprocessing
import subprocess
import time
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import connect, current_holder, hold_lock
from tests.support.environments import make_environment
from tests.support.small_warehouse import publish_run, read_runs

OLDEST_CLIENT = "1.0.0"
PUBLICATIONS = 10
PAUSE_SECONDS = 0.8
WANTED_CONNECTIONS = 20  # for each publication, so that some fall on its moment

# What an old client does with the mart.
OLD_CLIENT_SCRIPT = """
import json, sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
tables = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
print(json.dumps({
    "version": duckdb.__version__,
    "rows": {table: len(connection.execute(f"select * from {table}").fetchall()) for table in tables},
    "sums": connection.execute("select sum(leads), sum(points), sum(value) from fct_sla_daily").fetchall()[0],
    "comment": connection.execute(
        "select comment from duckdb_columns() where table_name = 'fct_sla_daily' and column_name = 'leads'"
    ).fetchall()[0][0],
}, default=float))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home")


@pytest.fixture(scope="session")
def oldest_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python of its own with the oldest DuckDB that the mart promises to serve."""
    return make_environment(tmp_path_factory.mktemp("oldest_client"), f"duckdb=={OLDEST_CLIENT}")


def ask_old_client(python: Path, mart: Path) -> dict:
    answer = subprocess.run([python, "-c", OLD_CLIENT_SCRIPT, mart], check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)


@pytest.mark.external
@pytest.mark.parametrize("copied", [False, True], ids=["where it was published", "copied elsewhere"])
def test_the_mart_answers_in_the_oldest_client(
    settings: Settings, oldest_client: Path, tmp_path: Path, copied: bool
) -> None:
    publication = publish_run(settings, 3)
    mart = settings.mart_path
    if copied:
        mart = tmp_path / "my_copy.duckdb"
        mart.write_bytes(settings.mart_path.read_bytes())
    answer = ask_old_client(oldest_client, mart)
    assert answer["version"] == OLDEST_CLIENT
    assert answer["rows"] == {table.name: table.rows for table in publication.tables}
    assert answer["comment"] == "Leads booked that day."
    with duckdb.connect(str(settings.mart_path), read_only=True) as connection:
        sums = connection.execute("select sum(leads), sum(points), sum(value) from fct_sla_daily").fetchall()[0]
    assert answer["sums"] == [float(number) for number in sums]


@pytest.mark.external
def test_the_oldest_client_cannot_open_a_file_of_the_default_storage_version(
    oldest_client: Path, tmp_path: Path
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'newest.duckdb'}' as newest (storage_version 'latest')")
        connection.execute("create table newest.fct_sla_daily as select 1 as leads")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        ask_old_client(oldest_client, tmp_path / "newest.duckdb")
    assert "newer version of DuckDB" in refused.value.stderr


class Reader(NamedTuple):
    """A kind of reader: connections opened a second (after a delay it catches up), and how many it keeps open."""

    pace: int
    pool: int


# A script connects, asks and leaves. A BI server keeps a pool, whose connections share the file while it is the same;
# its old connections must not hold the new ones back.
READERS = (Reader(pace=15, pool=0), Reader(pace=60, pool=4))


def read_until(stop: Event, start: Barrier, mart: str, reader: Reader, answers: "multiprocessing.Queue[dict]") -> None:
    """A reader process: open a connection, read two tables and the publication, close, and again."""
    attempts, runs, errors, pool = 0, [], [], []
    start.wait(timeout=60)
    started = time.monotonic()
    while not stop.is_set():
        attempts += 1
        try:
            pool.append(duckdb.connect(mart, read_only=True, config={"threads": "1"}))
            runs.append(sorted(read_runs(pool[-1])))
        except duckdb.Error as error:
            errors.append(str(error))
        while len(pool) > reader.pool:
            pool.pop(0).close()
        time.sleep(max(0.0, started + attempts / reader.pace - time.monotonic()))
    answers.put({"connections": attempts, "runs": runs, "errors": errors})


@pytest.mark.soak
def test_readers_see_no_error_and_no_mixed_version_through_publications(settings: Settings) -> None:
    publish_run(settings, 0)
    spawn = multiprocessing.get_context("spawn")
    stop, start, answers = spawn.Event(), spawn.Barrier(len(READERS) + 1), spawn.Queue()
    mart = str(settings.mart_path)
    processes = [spawn.Process(target=read_until, args=(stop, start, mart, reader, answers)) for reader in READERS]
    for process in processes:
        process.start()
    start.wait(timeout=60)
    for run in range(1, PUBLICATIONS + 1):
        publish_run(settings, run)
        time.sleep(PAUSE_SECONDS)
    stop.set()
    results = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(timeout=60)

    connections = sum(result["connections"] for result in results)
    print(f"{connections} connections through {PUBLICATIONS} publications")
    for result in results:
        assert result["errors"] == []
        assert [seen for seen in result["runs"] if len(seen) != 1] == []
        runs = [run for (run,) in result["runs"]]
        assert runs == sorted(runs), "a later connection saw an earlier version"
        assert set(runs) == set(range(PUBLICATIONS + 1))
    assert connections >= WANTED_CONNECTIONS * PUBLICATIONS


def write_until(stop: Event, writing: Event, home: str) -> None:
    """A refresh in the middle of its work: the lock is held, and a transaction is open."""
    settings = load_settings(home=home)
    with hold_lock(settings, "refresh under test"), connect(settings) as connection:
        connection.execute("begin")
        connection.execute("update marts.fct_sla_daily set leads = 99")
        writing.set()
        stop.wait(timeout=60)
        connection.execute("rollback")


@pytest.mark.external
def test_the_mart_is_read_while_a_refresh_is_writing(settings: Settings, oldest_client: Path) -> None:
    publish_run(settings, 1)
    spawn = multiprocessing.get_context("spawn")
    stop, writing = spawn.Event(), spawn.Event()
    writer = spawn.Process(target=write_until, args=(stop, writing, str(settings.home)))
    writer.start()
    try:
        assert writing.wait(timeout=60)
        assert "refresh under test" in (current_holder(settings) or "")
        with pytest.raises(duckdb.IOException, match="lock"):
            duckdb.connect(str(settings.warehouse_path), read_only=True)
        with duckdb.connect(str(settings.mart_path), read_only=True) as connection:
            assert read_runs(connection) == {1}
        assert ask_old_client(oldest_client, settings.mart_path)["rows"]["fct_sla_daily"] == 800
    finally:
        stop.set()
        writer.join(timeout=60)
    assert writer.exitcode == 0
