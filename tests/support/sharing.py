"""What takes long to build, built once for all processes of a test run."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def build_once(tmp_path_factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """The folder that `build` has filled; the first process that asks builds it, the others wait. Only to be read."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    is_built = folder.with_suffix(".built")
    with FileLock(folder.with_suffix(".lock")):
        if not is_built.exists():
            build(folder)
            is_built.touch()
    return folder


def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This process's folder for companies that are refreshed, one after the other, emptied of the one before.

    What dbt has parsed of the project stays: in another folder it would have to parse all of it again.
    """
    home = tmp_path_factory.getbasetemp() / "refreshed"
    home.mkdir(exist_ok=True)
    for path in home.iterdir():
        if path.name == "dbt":
            shutil.rmtree(path / "runs", ignore_errors=True)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return home
