"""A small company in a folder of its own, run through the real landing and the real dbt models.

`Company` is how tests state a case: seeds and events in, mart rows out. dbt runs in this process with a manifest that
is parsed once, and without the contracts and descriptions of the published tables unless a case asks for the project
`as_shipped`: that brings a case down to two or three seconds. The Dagster job has tests of its own.
"""

import atexit
import contextlib
import csv
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import SeedNode
from filelock import FileLock

from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.seed_tables import TABLES, SeedTable
from lead_sla.inputs.seeds import check_seeds
from lead_sla.landing.land import land_feeds
from lead_sla.landing.raw_files import prepare_raw
from lead_sla.landing.report import LandingReport
from lead_sla.publishing import prepare_ledgers
from lead_sla.publishing.fingerprints import take_fingerprints
from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from lead_sla.transform.project import TESTED
from lead_sla.transform.rebuilding import advance_watermark, prepare_build, tested_file_number
from lead_sla.warehouse import connect

Row = Mapping[str, Any]

SEEDS = {table.name: table for table in TABLES}
EVENT_COLUMNS = {
    "lead_events": "event_id,lead_id,event_type,occurred_at,segment,landing_page,channel",
    "deal_events": "event_id,deal_id,lead_id,stage,amount,currency,occurred_at",
    "record_merges": "event_id,record_type,from_id,into_id,occurred_at,action",
}
MERGES_FEED = """
  - name: record_merges
    kind: record_merges
    files: record_merges/*
"""
DEFAULT_SEEDS: dict[str, list[Row]] = {
    "event_types": [
        {"event_type": "whitepaper", "label": "Whitepaper", "funnel_rank": 10, "is_qualifying": "true"},
        {"event_type": "webinar", "label": "Webinar", "funnel_rank": 20, "is_qualifying": "true"},
        {"event_type": "demo", "label": "Demo request", "funnel_rank": 30, "is_qualifying": "true"},
        {"event_type": "page_visit", "label": "Page visit", "funnel_rank": 1, "is_qualifying": "false"},
    ],
    "deal_stages": [
        {"stage": "proposal", "label": "Proposal", "outcome": "open", "stage_rank": 10},
        {"stage": "won", "label": "Won", "outcome": "won", "stage_rank": 20},
        {"stage": "lost", "label": "Lost", "outcome": "lost", "stage_rank": 30},
    ],
    "sla_definitions": [
        {
            "sla_id": "leads_all",
            "label": "Leads",
            "unit": "leads",
            "segment": "all",
            "pacing": "calendar_days",
            "goal_basis": "custom",
        }
    ],
}
for _event_type in DEFAULT_SEEDS["event_types"]:
    _event_type["funnel_stage"] = "marketing"  # type: ignore[index]

RULES = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
NUMBERS_ALONE = {"enforce_contracts": False, "persist_docs": False}
# dbt puts every event into words for its log and for the terminal, whether they show it or not.
SILENT = ("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json")
BAD = {NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr}
# After every event of every test, so that none is in the future unless a test wants it there.
LANDED_AT = datetime(2030, 1, 1)


class Company:
    """One company: its folder, its seeds, its files and the warehouse that the pipeline makes of them."""

    def __init__(self, home: Path, *, business_timezone: str = "UTC", reporting_currency: str = "USD") -> None:
        """Make the folder with default seeds and the two canonical feeds."""
        self.settings: Settings = load_settings(
            home=home,
            seeds=home / "seeds",
            feeds=home / "feeds.yml",
            business_timezone=business_timezone,
            reporting_currency=reporting_currency,
        )
        self.settings.landing_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_DIR / "feeds.yml", self.settings.feeds)
        for name in SEEDS:
            self.seed(name, DEFAULT_SEEDS.get(name, []))

    @classmethod
    def at(cls, home: Path) -> "Company":
        """The company that is in a folder already, with its default settings."""
        company = cls.__new__(cls)
        company.settings = load_settings(home=home, seeds=home / "seeds", feeds=home / "feeds.yml")
        return company

    def seed(self, name: str, rows: Iterable[Row]) -> None:
        """Write a seed; columns that a row leaves out stay empty."""
        write_seed(self.settings.seeds, SEEDS[name], rows)

    def take_merges(self) -> None:
        """Add a canonical feed of merges, which a company of its own does not have."""
        with self.settings.feeds.open("a", encoding="utf-8") as file:
            file.write(MERGES_FEED)

    def drop_file(self, kind: str, rows: Iterable[Row], name: str = "events.csv", folder: str | None = None) -> Path:
        """Put a canonical CSV file of `kind` into the landing folder; event ids are made up where they are missing."""
        path = self.settings.landing_dir / (folder or kind) / name
        numbered = [{"event_id": f"{path.stem}-{number}", **row} for number, row in enumerate(rows)]
        write_csv(path, EVENT_COLUMNS[kind].split(","), numbered)
        return path

    def land(self, landed_at: datetime = LANDED_AT) -> LandingReport:
        """Land what is in the landing folder and has not landed yet."""
        with self.warehouse() as connection:
            feeds, settings = load_feeds(self.settings.feeds), self.settings
            return land_feeds(connection, feeds, settings.landing_dir, settings.raw_dir, landed_at, lambda _: None)

    def build(
        self,
        as_of: date | str,
        *,
        select: str = "*",
        data_tests: bool = False,
        full_refresh: bool = False,
        as_shipped: bool = False,
        **rules: Any,
    ) -> None:
        """Check the seeds and build the selected models as of a day, as a refresh does; `rules` override dbt vars."""
        check_seeds(self.settings.seeds, self.settings.reporting_currency)
        kinds = ["seed", "model"] + (["test"] if data_tests else [])
        self.prepare(as_of, full_refresh=full_refresh, **rules)
        with self.warehouse() as connection:
            variables = self._variables(as_of, rules) | {TESTED: tested_file_number(connection)}
        arguments = ["build", "--select", select, "--vars", json.dumps(variables)]
        for kind in kinds:
            arguments += ["--resource-type", kind]
        invoke_dbt(self.settings, arguments, as_shipped=as_shipped)
        with self.warehouse() as connection:
            advance_watermark(connection)

    def prepare(self, as_of: date | str, *, full_refresh: bool = False, **rules: Any) -> dict[str, str]:
        """Drop the tables that are made from something else now; which, and because of what."""
        variables = RULES | self._variables(as_of, rules)
        prepare_ledgers(self.settings)
        with self.warehouse() as connection:
            prepare_raw(connection, self.settings.raw_dir)
            return prepare_build(
                connection, manifest_as_dict(), variables, self.settings.seeds, full_refresh=full_refresh
            )

    def _variables(self, as_of: date | str, rules: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "as_of_date": str(as_of),
            "business_timezone": self.settings.business_timezone,
            "reporting_currency": self.settings.reporting_currency,
            "fingerprints": take_fingerprints(self.settings),
            **rules,
        }

    def refresh(self, as_of: date | str, **how: Any) -> None:
        """Land and build."""
        self.land()
        self.build(as_of, **how)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Ask the warehouse."""
        with self.warehouse() as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextlib.contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse, open for a moment."""
        with contextlib.closing(connect(self.settings)) as connection:
            yield connection


def write_seed(folder: Path, table: SeedTable, rows: Iterable[Row]) -> None:
    """Write a seed into the folder of the seeds."""
    write_csv(folder / table.file, [column.name for column in table.columns], rows)


def write_csv(path: Path, columns: list[str], rows: Iterable[Row]) -> None:
    """Write rows with a header; None and missing become empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def invoke_dbt(settings: Settings, arguments: list[str], *, as_shipped: bool = False) -> list[Any]:
    """Run dbt in this process on the company's warehouse, and let go of the file whatever happens; a result a node."""
    manifest = parsed_manifest(as_shipped=as_shipped)
    for node in manifest.nodes.values():
        if isinstance(node, SeedNode) and node.name in SEEDS:
            # Absolute, as in a refresh: dbt would take the header from the project's own seed of that path.
            node.original_file_path = str(settings.seeds / SEEDS[node.name].file)
    os.environ["DBT_DUCKDB_THREADS"] = "1"  # small tables are built faster by one thread than by several
    os.environ["DBT_DUCKDB_PATH"] = str(settings.warehouse_path)
    os.environ["DBT_DUCKDB_TEMP_DIRECTORY"] = str(settings.spill_dir)
    try:
        result = dbtRunner(manifest=manifest).invoke([*arguments, *SILENT, *_places(_scratch_dir() / "target")])
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not result.success:
        failures = [f"{node.node.name}: {node.message}" for node in result.result or [] if node.status in BAD]
        raise AssertionError(f"dbt failed: {result.exception or failures}")
    return list(result.result)


@functools.cache
def parsed_manifest(*, as_shipped: bool = False) -> Manifest:
    """The project as dbt reads it; without contracts and descriptions in the warehouse, or else with them.

    dbt keeps what it has parsed in `target`, for all processes of this run and those of the next.
    """
    os.environ.pop("DBT_SEEDS_DIR", None)  # the path of a seed is relative then, and each company has its own root
    target = PROJECT_DIR / "target" / "tests" / ("as_shipped" if as_shipped else "numbers_alone")
    target.mkdir(parents=True, exist_ok=True)
    variables = json.dumps({} if as_shipped else NUMBERS_ALONE)
    with FileLock(target / "lock"):
        result = dbtRunner().invoke(["parse", "--vars", variables, *SILENT, *_places(target)])
    DuckDBConnectionManager.close_all_connections()
    assert result.success, result.exception
    assert isinstance(result.result, Manifest)
    return result.result


@functools.cache
def manifest_as_dict() -> dict[str, Any]:
    """The parsed manifest as dbt writes it."""
    return parsed_manifest().writable_manifest().to_dict()


@functools.cache
def _scratch_dir() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="lead-sla-dbt-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _places(target: Path) -> list[str]:
    return [
        *("--project-dir", str(PROJECT_DIR)),
        *("--profiles-dir", str(PROJECT_DIR)),
        *("--target-path", str(target)),
        *("--log-path", str(_scratch_dir() / "logs")),
    ]
