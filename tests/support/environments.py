"""Environments of their own for tools that the project does not hold; without uv or a network, tests skip."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

UV = Path(sys.executable).parent / "uv"


def run_uv(*arguments: str | Path, **environment: str | Path) -> None:
    """Run uv in the project, for the Python that runs the tests; where that cannot be done, tests skip, in CI fail."""
    if not UV.exists():
        _give_up(f"{UV} is missing; `make` installs it.")
    settings = {"UV_PYTHON": sys.executable, **environment}
    done = subprocess.run(
        [UV, *arguments],
        env={**os.environ, **{name: str(value) for name, value in settings.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        _give_up(f"uv {' '.join(map(str, arguments))} failed, is there a network? Its output: {done.stderr.strip()}")


def make_environment(folder: Path, requirement: str) -> Path:
    """An environment with one package in it; its Python."""
    python = folder / "venv" / "bin" / "python"
    run_uv("venv", "--quiet", folder / "venv")
    run_uv("pip", "install", "--quiet", "--python", python, requirement)
    return python


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
