"""Every example of docs/how-to/connect-bi.md that can run here does, and returns the figures of the mart."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from sqlalchemy import create_engine, text

from lead_sla.settings import PROJECT_DIR
from tests.support.environments import make_environment
from tests.support.harness import Company
from tests.support.snippets import read_snippets

HOW_TO = PROJECT_DIR / "docs/how-to/connect-bi.md"
EXAMPLE_HOME = "/srv/lead_sla/data"
EXAMPLE_SHARE = "/mnt/reports"


def examples(language: str) -> list[str]:
    found = read_snippets(HOW_TO, language)
    assert found
    return found


@pytest.fixture(scope="module")
def statuses(company: Company) -> list[tuple[str, str]]:
    """Label and status of every SLA."""
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        return mart.execute("select label, status from rpt_sla_status order by sla_id").fetchall()


def assert_tells(output: str, statuses: list[tuple[str, str]]) -> None:
    lines = output.splitlines()
    assert [label for label, status in statuses if not any(label in line and status in line for line in lines)] == []


@pytest.mark.parametrize("snippet", examples("python"))
def test_python_tells_where_we_stand(company: Company, statuses: list[tuple[str, str]], snippet: str) -> None:
    assert EXAMPLE_HOME in snippet
    snippet = snippet.replace(EXAMPLE_HOME, str(company.settings.home))
    done = subprocess.run([sys.executable, "-c", snippet], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert_tells(done.stdout, statuses)


@pytest.mark.parametrize("sql", examples("sql"))
def test_sql_answers(company: Company, sql: str) -> None:
    sql = sql.replace(EXAMPLE_HOME, str(company.settings.home))
    if "create view" in sql:
        with duckdb.connect() as memory:
            memory.execute(sql)
            assert memory.execute("from rpt_sla_status").fetchall()
    else:
        with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
            assert mart.execute(sql).fetchall()


def test_superset_s_parameters_open_the_file_read_only(company: Company, statuses: list[tuple[str, str]]) -> None:
    (uri,) = [block.strip() for block in examples("text") if block.startswith("duckdb:")]
    (parameters,) = [json.loads(block) for block in examples("json")]
    engine = create_engine(uri.replace(EXAMPLE_HOME, str(company.settings.home)), **parameters)
    with engine.connect() as mart:
        assert mart.execute(text("select label, status from rpt_sla_status order by sla_id")).fetchall() == statuses
        with pytest.raises(Exception, match="read-only"):
            mart.execute(text("create table mine as select 1"))
    engine.dispose()


@pytest.mark.external
def test_the_command_line_tells_where_we_stand(
    company: Company, statuses: list[tuple[str, str]], tmp_path: Path
) -> None:
    python = make_environment(tmp_path, f"duckdb-cli=={duckdb.__version__}")
    (command,) = [block for block in examples("bash") if block.startswith("duckdb ")]
    done = subprocess.run(
        ["bash", "-euc", command.replace(EXAMPLE_HOME, str(company.settings.home))],
        env={**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert_tells(done.stdout, statuses)


def test_a_copy_is_the_whole_mart(company: Company, statuses: list[tuple[str, str]], tmp_path: Path) -> None:
    (command,) = [block for block in examples("bash") if block.startswith("cp ")]
    command = command.replace(EXAMPLE_HOME, str(company.settings.home)).replace(EXAMPLE_SHARE, str(tmp_path))
    for _ in range(2):  # the second day replaces the first one's copy, write-protected as it is
        subprocess.run(["bash", "-euc", command], check=True, stdin=subprocess.DEVNULL)
    assert [path.name for path in tmp_path.iterdir()] == ["sla_mart.duckdb"]
    with duckdb.connect(str(tmp_path / "sla_mart.duckdb"), read_only=True) as mart:
        assert mart.execute("select label, status from rpt_sla_status order by sla_id").fetchall() == statuses


def test_the_file_and_folders_are_where_the_page_shows(company: Company) -> None:
    (path,) = [block.strip() for block in examples("text") if block.startswith(EXAMPLE_HOME)]
    assert path.replace(EXAMPLE_HOME, str(company.settings.home)) == str(company.settings.mart_path)
    (evidence,) = [yaml.safe_load(block) for block in examples("yaml")]
    assert evidence["options"]["filename"].endswith("/lead_sla/data/published/current/sla_mart.duckdb")
    assert not company.settings.mart_path.stat().st_mode & 0o222, "nobody may write"
