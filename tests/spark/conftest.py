"""One cluster, one Spark session and one company for all tests; what was compared is printed at the end."""

import os
from collections.abc import Iterator

import pytest

from tests.spark.cluster import WORKERS, Cluster, run_cluster
from tests.spark.engines import Compared, Spark

COMPARED = pytest.StashKey[list[Compared]]()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with run_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def spark(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    os.environ.update(cluster.environment)
    spark = Spark(tmp_path_factory.mktemp("dbt"))
    try:
        yield spark
    finally:
        spark.stop()


@pytest.fixture
def compared(request: pytest.FixtureRequest) -> list[Compared]:
    """Where a test notes what it has compared."""
    return request.config.stash.setdefault(COMPARED, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    compared = config.stash.get(COMPARED, [])
    tables, rows = len(compared), sum(table.rows for table in compared)
    terminalreporter.write_line(f"Compared on DuckDB and on Spark ({WORKERS} workers): {tables} tables, {rows:,} rows.")
