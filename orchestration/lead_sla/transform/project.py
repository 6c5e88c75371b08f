"""How dbt is run: its environment, its arguments, its parsed manifest, and where its artifacts go.

What belongs here: everything about the dbt project that needs no Dagster. What does not: which models exist.
"""

import contextlib
import functools
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from lead_sla.errors import InputError
from lead_sla.inputs.project_rules import check_rules
from lead_sla.inputs.rule_overrides import read_overrides
from lead_sla.inputs.seeds import check_seeds
from lead_sla.settings import PROJECT_DIR, Settings

PROJECT_FILE = PROJECT_DIR / "dbt_project.yml"
DBT_PROGRAM = "lead_sla.transform.dbt_process"
PROJECT_FILES = ("dbt_project.yml", "profiles.yml", ".dbtignore")
PROJECT_FOLDERS = ("models", "macros", "tests/dbt")
KEPT_RUNS = 5
MANIFEST = "manifest.json"
PARTIAL_PARSE = "partial_parse.msgpack"  # what dbt has parsed, in its own form
TESTED = "tested_file_number"
ACCEPTED_WITHDRAWALS = "accepted_withdrawals"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The environment variables that `profiles.yml` and `dbt_project.yml` read."""
    return {
        "DBT_DUCKDB_PATH": str(settings.warehouse_path),
        "DBT_DUCKDB_MEMORY_LIMIT": settings.memory_limit,
        "DBT_DUCKDB_TEMP_DIRECTORY": str(settings.spill_dir),
        "DBT_DUCKDB_THREADS": str(settings.threads),
        "DBT_SEEDS_DIR": str(settings.seeds),
        "DBT_PROJECT_DIR": str(PROJECT_DIR),
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "DBT_TARGET_PATH": str(_manifest_dir(settings)),
        "DBT_LOG_PATH": str(_manifest_dir(settings)),
    }


def run_dbt(settings: Settings, arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one dbt command in a separate process; `environment` takes precedence over the settings."""
    order = {"environment": dbt_environment(settings) | environment, "arguments": arguments}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", DBT_PROGRAM],
        input=json.dumps(order) + "\n",
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def run_variables(
    settings: Settings, as_of_date: date, published_at: datetime, fingerprints: Mapping[str, str]
) -> dict[str, Any]:
    """The dbt vars that a run passes: its own, and the rules, of which the company may have set some.

    Args:
        settings: the zone, the currency and the company's own rules.
        as_of_date: the last day that counts, in the business time zone.
        published_at: when the run got the warehouse, which it writes down everywhere.
        fingerprints: hashes of what figures depend on besides the events.
    """
    return read_rules(settings) | {
        "as_of_date": as_of_date.isoformat(),
        "published_at": published_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "fingerprints": dict(fingerprints),
        "business_timezone": settings.business_timezone,
        "reporting_currency": settings.reporting_currency,
    }


def build_arguments(variables: Mapping[str, Any], *, full_refresh: bool) -> list[str]:
    """One `dbt build` of everything; unit tests are the developers', not the data's."""
    arguments = ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(variables)]
    return [*arguments, "--full-refresh"] if full_refresh else arguments


def read_rules(settings: Settings) -> dict[str, Any]:
    """The vars of `dbt_project.yml`, with what the company's `rules.yml` sets otherwise, as the files are now.

    Raises:
        InputError: a rule is wrong or missing.
    """
    defaults = _read_defaults(PROJECT_FILE.read_bytes() if PROJECT_FILE.exists() else b"")
    return defaults | read_overrides(settings.rules, defaults)


@functools.lru_cache(maxsize=1)
def _read_defaults(project: bytes) -> dict[str, Any]:
    """The vars of `dbt_project.yml`, read and checked once for each content: a refresh asks for them seven times."""
    check_rules(PROJECT_FILE)
    defaults: dict[str, Any] = yaml.safe_load(project)["vars"]
    return defaults


def run_dir(settings: Settings, run_id: str) -> Path:
    """Where the run leaves compiled SQL, dbt's log and its results."""
    return settings.home / "dbt" / "runs" / run_id


def prune_runs(settings: Settings, keep: int = KEPT_RUNS) -> None:
    """Delete the artifacts of all but the last `keep` runs; every run leaves megabytes."""
    runs = settings.home / "dbt" / "runs"
    folders = sorted(runs.iterdir(), key=lambda folder: folder.stat().st_mtime) if runs.exists() else []
    for folder in folders[:-keep]:
        shutil.rmtree(folder)


def prepare_manifest(settings: Settings) -> dict[str, Any]:
    """The current manifest of the dbt project, parsed again only if a file of it has changed.

    It is read under a lock, so that no other process writes it meanwhile.

    Raises:
        InputError: dbt cannot read the project or the seeds; the message contains the file.
    """
    with _hold_current_manifest(settings) as folder:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return manifest


def copy_manifest(settings: Settings, folder: Path) -> None:
    """Copy the current manifest to `folder`, with what saves a dbt that writes there from parsing all of it again.

    Raises:
        InputError: as `prepare_manifest`.
    """
    with _hold_current_manifest(settings) as current:
        for name in (MANIFEST, PARTIAL_PARSE):
            shutil.copy(current / name, folder)


@contextlib.contextmanager
def hold_manifest(folder: Path, seeds: Path) -> Iterator[bool]:
    """Keep others from the manifest in `folder`, which is current after this unless there was an error.

    Yields:
        Whether it is current already; otherwise the caller parses the project.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifest, stamp = folder / MANIFEST, folder / "fingerprint"
    with FileLock(folder / "lock"):
        fingerprint = _fingerprint(seeds)
        is_current = manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint
        if not is_current:
            stamp.unlink(missing_ok=True)
        yield is_current
        stamp.write_text(fingerprint)


@contextlib.contextmanager
def _hold_current_manifest(settings: Settings) -> Iterator[Path]:
    """The folder of the manifest, which is parsed before if it has to be."""
    folder = _manifest_dir(settings)
    with hold_manifest(folder, settings.seeds) as is_current:
        if not is_current:
            _parse(settings)
        yield folder


def _manifest_dir(settings: Settings) -> Path:
    return settings.home / "dbt" / "manifest"


def _parse(settings: Settings) -> None:
    parsed = run_dbt(settings, ["parse"])
    if parsed.returncode:
        read_rules(settings)
        check_seeds(settings.seeds, settings.reporting_currency)
        output = ANSI.sub("", parsed.stdout + parsed.stderr).strip()
        raise InputError(f"dbt cannot parse the project. Fix the cause and rerun. Output of dbt:\n{output}")


def _fingerprint(seeds: Path) -> str:
    """A hash of everything that the manifest depends on: project files, path and names of the seeds, dbt."""
    digest = hashlib.sha256()
    for part in (PROJECT_DIR, seeds, version("dbt-core"), version("dbt-duckdb")):
        digest.update(f"{part}\n".encode())
    for path in project_files():
        digest.update(f"{path}\n".encode() + path.read_bytes())
    for path in sorted(seeds.rglob("*.csv")):
        digest.update(f"{path}\n".encode())
    return digest.hexdigest()


def project_files() -> Iterator[Path]:
    """The files of the dbt project, without seeds."""
    for name in PROJECT_FILES:
        yield PROJECT_DIR / name
    for folder in PROJECT_FOLDERS:
        yield from sorted(path for path in (PROJECT_DIR / folder).rglob("*") if path.is_file())
