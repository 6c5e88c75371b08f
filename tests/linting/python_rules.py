"""The rules on Python code that ruff and import-linter do not hold: public APIs, and who reads the environment.

`python -m tests.linting.python_rules` prints what breaks one, with file and line.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "orchestration" / "lead_sla"
# Programs and what makes settings: they alone read or write the environment.
EDGES = (
    "cli/",
    "landing/hand_over.py",
    "pipeline/dagster_home.py",
    "pipeline/definitions.py",
    "quality/worker_process.py",
    "settings.py",
    "telemetry.py",
    "transform/dbt_process.py",
    "transform/worker_process.py",
)
ENVIRONMENT = {"environ", "environb", "getenv", "putenv", "unsetenv"}
EDGE_FUNCTIONS = {"load_settings", "switch_off"}
# Each of these is named in an ADR of docs/decisions, with when it may go.
EXCEPTIONS: dict[str, set[str]] = {
    "pipeline/dbt_assets.py": {"dagster_dbt.asset_utils"},
}
PRIVATE_MODULES = ("dagster_dbt.asset_utils", "dagster_dbt.core")


def find_violations(package: Path) -> list[str]:
    """What breaks a rule, one line each, with file and line."""
    return [
        f"{path.relative_to(package)}:{line}: {problem}"
        for path in sorted(package.rglob("*.py"))
        for line, problem in _find_in(path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
    ]


def _find_in(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    is_edge = path.startswith(EDGES)
    for node in ast.walk(tree):
        for name in _imported(node):
            if _is_private(name) and not any(name.startswith(allowed) for allowed in EXCEPTIONS.get(path, ())):
                yield node.lineno, f"{name} is private; use what the library documents"  # type: ignore[attr-defined]
        if not is_edge and _reads_environment(node):
            yield node.lineno, "reads or writes the environment below the edge; hand down what is needed"  # type: ignore[attr-defined]
        if not is_edge and isinstance(node, ast.Name) and node.id in EDGE_FUNCTIONS:
            yield node.lineno, f"{node.id} is called below the edge; hand down the settings"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _is_private(name: str) -> bool:
    if name.startswith(PRIVATE_MODULES):
        return True
    return name.startswith("dagster") and any(part.startswith("_") for part in name.split("."))


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id == "os" and node.attr in ENVIRONMENT
    return isinstance(node, ast.ImportFrom) and node.module == "os" and any(n.name in ENVIRONMENT for n in node.names)


if __name__ == "__main__":
    found = find_violations(PACKAGE)
    print("\n".join(found))
    sys.exit(bool(found))
