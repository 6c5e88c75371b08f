"""The two engines side by side: dbt on Spark in this process, and the tables that both have built."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from lead_sla.settings import PROJECT_DIR
from tests.spark.comparing import compare_rows
from tests.support.harness import BAD, Company

SHOWN = 10


@dataclass(frozen=True)
class Compared:
    """A table that both engines have, with its rows on DuckDB and what differs, in words."""

    name: str
    rows: int
    differences: list[str]


class Spark:
    """dbt with `target: spark`, and the session that it runs in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._session = SparkSession.builder.enableHiveSupport().getOrCreate()

    def executors(self) -> int:
        """How many executors the cluster has given the session; the driver is none."""
        return int(self._session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1

    def stop(self) -> None:
        """End the session."""
        self._session.stop()

    def dbt(self, arguments: list[str], project: Path = PROJECT_DIR) -> list[Any]:
        """Run dbt; a result a node.

        Raises:
            AssertionError: something failed, by name and message.
        """
        places = {
            "project-dir": project,
            "profiles-dir": PROJECT_DIR,
            "target-path": self._folder / project.name / "target",
            "log-path": self._folder / project.name / "logs",
        }
        options = [part for name, path in places.items() for part in (f"--{name}", str(path))]
        result = dbtRunner().invoke([*arguments, *options, "--target", "spark", "--quiet"])
        if not result.success:
            failures = [f"{node.node.name}: {node.message}" for node in result.result or [] if node.status in BAD]
            raise AssertionError("\n".join(["dbt failed on Spark:", *failures, str(result.exception or "")]))
        return list(getattr(result.result, "results", []))

    def read(self, schema: str, table: str) -> list[dict[str, Any]]:
        """Every row of a table."""
        return [row.asDict() for row in self._session.table(f"{schema}.{table}").collect()]


def compare_tables(company: Company, spark: Spark, schemas: Iterable[str]) -> list[Compared]:
    """Every table that DuckDB has in the schemas, against Spark's."""
    listed = company.query("select table_schema, table_name from information_schema.tables order by all")
    compared = []
    for schema, table in (row.values() for row in listed):
        if schema in schemas:
            expected = company.query(f'select * from "{schema}"."{table}"')
            differences = compare_rows(expected, spark.read(schema, table))
            compared.append(Compared(f"{schema}.{table}", len(expected), differences[:SHOWN]))
    return compared
