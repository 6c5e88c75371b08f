"""Hashes of what a publication depends on; a difference between two publications shows what has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from lead_sla.settings import PROJECT_DIR, Settings

CODE = "code changed"
AGREEMENTS = "agreement changed"
REFERENCE = "reference data changed"
SETTINGS = "settings changed"


def take_fingerprints(settings: Settings) -> dict[str, str]:
    """A hash of everything but events that figures depend on, keyed by the reason of a restatement."""
    models = [path for folder in ("models", "macros") for path in (PROJECT_DIR / folder).rglob("*.sql")]
    rules = (PROJECT_DIR / "dbt_project.yml", settings.rules)
    agreed = [path for folder in ("agreements", "targets") for path in (settings.seeds / folder).glob("*.csv")]
    return {
        CODE: _hash_files([*models, *(path for path in rules if path.exists())], duckdb.__version__),
        AGREEMENTS: _hash_files(agreed),
        REFERENCE: _hash_files((settings.seeds / "reference").glob("*.csv")),
        SETTINGS: _hash_files((), settings.business_timezone, settings.reporting_currency),
    }


def _hash_files(paths: Iterable[Path], *texts: str) -> str:
    digest = hashlib.sha256("\0".join(texts).encode())
    for path in sorted(paths):
        digest.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()
