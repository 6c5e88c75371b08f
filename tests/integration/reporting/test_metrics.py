"""MetricFlow's metrics equal the published mart: every metric, every row, asked for with the commands of the how-to."""

import csv
import math
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.settings import PROJECT_DIR
from tests.support.environments import run_uv
from tests.support.harness import Company, parsed_manifest
from tests.support.snippets import read_snippets

HOW_TO = PROJECT_DIR / "docs/how-to/connect-bi.md"
PROJECT_PARTS = ("dbt_project.yml", "profiles.yml", "models", "macros", "tests/dbt")
Rows = dict[tuple[Any, ...], tuple[Any, ...]]

# By the metrics asked for: the figures of the mart, first the columns to group by.
EXPECTED = {
    "leads,points,value,actual_toward_goal,goal_to_date,attainment": """
        with

        booked as (
            select
                sla_id,
                cast(date_trunc('month', date) as date) as period_start,
                sum(leads) as leads,
                sum(points) as points,
                sum(value) as value
            from fct_sla_daily
            group by all
        ),

        last_days as (
            from fct_sla_daily_cumulative
            where actual is not null
            qualify date = max(date) over (partition by sla_id, period_start)
        )

        select
            last_days.period_start,
            last_days.sla_id,
            booked.leads,
            booked.points,
            booked.value,
            case when last_days.target_cumulative is not null then last_days.actual_cumulative end,
            last_days.target_cumulative,
            last_days.attainment_rate
        from last_days
        left join booked using (sla_id, period_start)
    """,
    "calibration_leads,calibration_customers,close_rate": """
        select
            period_start,
            segment,
            event_type,
            method,
            case when customers is not null then leads end,
            customers,
            close_rate
        from fct_close_rates
    """,
    "won_deals,credited_customers,won_value": """
        select period_start, segment, won_deals, credited_customers, won_value from fct_won_deals_monthly
    """,
    "mix_leads,mix_customers,weighted_close_rate": """
        select
            period_start,
            segment,
            case when weighted_close_rate is not null then leads_in_mix end,
            leads_in_mix * weighted_close_rate,
            weighted_close_rate
        from fct_weighted_close_rates
    """,
    "attainment": """
        select
            cast(date_trunc('week', date) as date),
            label,
            sum(actual) filter (where target_daily is not null)
            / nullif(sum(target_daily) filter (where actual is not null), 0)
        from fct_sla_daily_cumulative as days
        inner join dim_slas using (sla_id)
        where days.unit = 'points'
        group by all
    """,
}


@pytest.fixture(scope="module")
def answers(company: Company, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """What each `mf query` of the how-to answered, by the metrics that it asks for: header and rows as text."""
    folder = tmp_path_factory.mktemp("metrics")
    for part in PROJECT_PARTS:
        source = PROJECT_DIR / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
    shutil.copytree(company.settings.seeds, folder / "seeds")
    (folder / "data").mkdir()
    assert not company.settings.warehouse_path.with_suffix(".duckdb.wal").exists()
    shutil.copy(company.settings.warehouse_path, folder / "data" / "warehouse.duckdb")
    install, use = (text for text in read_snippets(HOW_TO, "bash") if ".venv/bin/" in text)
    run_uv(*install.split()[1:], UV_PROJECT_ENVIRONMENT=folder / ".venv")
    return dict(run_queries(folder, use))


def run_queries(folder: Path, script: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Run the commands where a user would, in the project's folder, with a file for each query's answer."""
    lines = script.replace("\\\n", " ").splitlines()
    queries = {line.split("--metrics ")[1].split()[0]: line for line in lines if "mf query" in line}
    files = {metrics: folder / f"{number}.csv" for number, metrics in enumerate(queries)}
    preparation = [line for line in lines if "mf query" not in line]
    commands = [f"{line} --csv {files[metrics]}" for metrics, line in queries.items()]
    done = subprocess.run(
        ["bash", "-euc", "\n".join([*preparation, *commands])],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("DBT_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for metrics, file in files.items():
        with file.open(newline="", encoding="utf-8") as text:
            yield metrics, list(csv.reader(text))


def as_rows(answer: list[list[str]], keys: int) -> Rows:
    """An answer's rows by their first columns, the first of which is a period's first day."""
    return {
        (date.fromisoformat(row[0][:10]), *row[1:keys]): tuple(float(cell) if cell else None for cell in row[keys:])
        for row in answer[1:]
    }


def same(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=1e-9)


@pytest.mark.external
@pytest.mark.soak
@pytest.mark.parametrize("metrics", EXPECTED)
def test_metricflow_returns_the_figures_of_the_mart(
    company: Company, answers: dict[str, list[list[str]]], metrics: str
) -> None:
    answer = answers[metrics]
    keys = len(answer[0]) - len(metrics.split(","))
    assert answer[0][keys:] == metrics.split(",")
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        published = mart.execute(EXPECTED[metrics]).fetchall()
    expected: Rows = {row[:keys]: row[keys:] for row in published}
    found = as_rows(answer, keys)
    assert len(found) == len(answer) - 1
    assert found.keys() == expected.keys()
    wrong = {key: (found[key], expected[key]) for key in found if not all(map(same, found[key], expected[key]))}
    assert wrong == {}
    known = sum(None not in row for row in found.values())
    print(f"{metrics}: {len(found)} rows agree, {known} of them without a null")
    assert known >= 4


@pytest.mark.external
@pytest.mark.soak
def test_every_metric_is_asked_for(answers: dict[str, list[list[str]]]) -> None:
    asked = {metric for metrics in answers for metric in metrics.split(",")}
    assert asked == {metric.name for metric in parsed_manifest().metrics.values()}
    assert answers.keys() == EXPECTED.keys()


def test_every_metric_lists_what_to_group_by() -> None:
    manifest = parsed_manifest()
    assert [
        metric.name for metric in manifest.metrics.values() if "filter by" not in " ".join(metric.description.split())
    ] == []
    parts = [
        part
        for model in manifest.semantic_models.values()
        for part in (model, *model.entities, *model.dimensions, *model.measures)
    ]
    assert [part.name for part in parts if not part.description] == []
