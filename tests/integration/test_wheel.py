"""The wheel, installed into an empty environment, in an empty folder: everything works without a checkout."""

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from lead_sla.settings import PREFIX, PROJECT_DIR
from tests.support.environments import run_uv

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and nothing else, as docs/how-to/install.md has it."""
    folder = tmp_path_factory.mktemp("wheel")
    project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    (folder / "excludes.txt").write_text("\n".join(project["tool"]["uv"]["exclude-dependencies"]))
    run_uv("build", "--quiet", "--wheel", "--out-dir", folder / "dist", PROJECT_DIR)
    (wheel,) = (folder / "dist").glob("*.whl")
    run_uv("venv", "--quiet", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run_uv("pip", "install", "--quiet", "--python", python, "--excludes", folder / "excludes.txt", wheel)
    return folder / "venv"


def files(environment: Path) -> set[Path]:
    """What is installed, without compiled bytecode."""
    return {path for path in environment.rglob("*") if path.is_file() and path.suffix != ".pyc"}


def test_a_company_starts_from_the_wheel_alone(environment: Path, tmp_path: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DBT_", "PYTHON"))}

    def lead_sla(*arguments: str, folder: Path = tmp_path / "acme") -> str:
        done = subprocess.run(
            [environment / "bin" / "lead-sla", *arguments],
            env=inherited,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    before = files(environment)
    lead_sla("init", "acme", folder=tmp_path)
    assert "leads_americas" in lead_sla("demo")
    assert "Published in" in lead_sla("refresh")
    slas = json.loads(lead_sla("status", "--json"))["slas"]
    assert {sla["sla_id"] for sla in slas} == {"leads_all", "points_all", "value_all"}
    assert files(environment) == before
