"""What a publication depends on besides the events, by the reason of a restatement that a difference gives.

Settings that people know by their value are kept as they are; everything else as a hash.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import duckdb
import yaml

from lead_sla.settings import PROJECT_DIR, Settings
from lead_sla.transform.project import read_rules

CODE = "code changed"
AGREEMENTS = "agreement changed"
REFERENCE = "reference data changed"
RULES = "rules changed"
TIME_ZONE = "time zone changed"
CURRENCY = "reporting currency changed"
MATURITY = "maturity changed"
METHOD = "close-rate method changed"
# The rules that have a reason of their own.
NAMED_RULES = {MATURITY: "maturity_days", METHOD: "close_rate_method"}


def take_fingerprints(settings: Settings) -> dict[str, str]:
    """A text for everything but events that figures depend on, keyed by the reason of a restatement."""
    rules = read_rules(settings)
    agreed = [path for folder in ("agreements", "targets") for path in (settings.seeds / folder).glob("*.csv")]
    return {
        CODE: _hash_code(),
        AGREEMENTS: _hash_files(agreed),
        REFERENCE: _hash_files((settings.seeds / "reference").glob("*.csv")),
        TIME_ZONE: settings.business_timezone,
        CURRENCY: settings.reporting_currency,
        **{reason: str(rules.pop(rule)) for reason, rule in NAMED_RULES.items()},
        RULES: _hash_files((), json.dumps(rules, sort_keys=True)),
    }


def _hash_code() -> str:
    """The models and macros, the project without its rules, and the engine."""
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    del project["vars"]
    models = [path for folder in ("models", "macros") for path in (PROJECT_DIR / folder).rglob("*.sql")]
    return _hash_files(models, json.dumps(project, sort_keys=True), duckdb.__version__)


def _hash_files(paths: Iterable[Path], *texts: str) -> str:
    digest = hashlib.sha256("\0".join(texts).encode())
    for path in sorted(paths):
        digest.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()
