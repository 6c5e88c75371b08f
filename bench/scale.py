"""Measures a refresh at 1, 10 and 50 million lead events, compared with the floor and two notebooks, in one run.

    make bench

writes `bench/RESULTS.md` and `bench/results.json`. `make bench MILLIONS="1 10"` leaves the largest size out, which
takes most of the time; what was not measured is null in the results.
"""

import json
import os
import platform
import re
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from bench.data import HISTORY_UNTIL, NEW_DAY, BenchCompany, write_bench_company
from bench.measuring import Measure, measure
from lead_sla.sample.company import write_company
from lead_sla.settings import PREFIX, PROJECT_DIR, Settings, load_settings

MILLION = 1_000_000
MEMORY_LIMIT = {1: "4GB", 10: "3GB", 50: "6GB"}  # of DuckDB; the whole command may use 4 GB, and 8 GB for the largest
RESULTS = Path(__file__).with_name("RESULTS.md")
NUMBERS = Path(__file__).with_name("results.json")
STEP = re.compile(r"^  (\S.*?)\s{2,}.*?([\d.]+) s$", re.MULTILINE)
LEAD_SLA = Path(sys.executable).with_name("lead-sla")
DIFFERS = """
select count(*) from read_parquet(?) as floor full join fct_sla_daily_cumulative as mart using (sla_id, date)
where abs(floor.actual - mart.actual) > 1e-6 * greatest(1, abs(mart.actual))
    or abs(floor.target - mart.target) > 1e-6 * greatest(1, abs(mart.target))
    or (floor.actual is null) <> (mart.actual is null)
"""

Numbers = dict[str, float | None]


def refresh(settings: Settings, *arguments: str, memory_limit: str) -> Measure:
    """`lead-sla refresh`, whole command."""
    return measure([LEAD_SLA, "refresh", *arguments], _environment(settings, memory_limit))


def measure_size(millions: int, home: Path) -> dict[str, Measure | float]:
    """Everything about one size; the company is deleted in the end."""
    limit = MEMORY_LIMIT[millions]
    company = write_bench_company(home, millions * MILLION)
    settings = company.settings
    found: dict[str, Measure | float] = {}
    found["full"] = refresh(settings, "--as-of", HISTORY_UNTIL.isoformat(), memory_limit=limit)
    found["floor"] = _run_floor(company, limit)
    for library in ("polars", "pandas"):
        if millions < max(MEMORY_LIMIT):
            found[library] = _run_notebook(company, library, limit)
    company.receive_new_day()
    found["daily"] = refresh(settings, "--as-of", NEW_DAY.isoformat(), memory_limit=limit)
    found["warehouse_gib"] = settings.warehouse_path.stat().st_size / 1024**3
    shutil.rmtree(home)
    return found


def measure_nothing_new(home: Path) -> tuple[Measure, Measure]:
    """A second refresh of the sample company as of the same day, and one as of the next day, both without new files."""
    write_company(home, HISTORY_UNTIL)
    settings = load_settings(home=home, seeds=home / "seeds")
    days = (HISTORY_UNTIL, HISTORY_UNTIL, NEW_DAY)
    _, same_day, new_day = (refresh(settings, "--as-of", day.isoformat(), memory_limit="4GB") for day in days)
    return same_day, new_day


def _run_floor(company: BenchCompany, limit: str) -> Measure:
    runs = company.settings.home / "dbt" / "runs"
    artifacts = max(runs.iterdir(), key=lambda folder: folder.stat().st_mtime)
    result = company.settings.home / "floor.parquet"
    command = [sys.executable, "-m", "bench.floor", str(company.settings.home), str(artifacts), str(result)]
    done = measure(command, _environment(company.settings, limit))
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        (differing,) = mart.execute(DIFFERS, [str(result)]).fetchall()[0]
    if differing:
        sys.exit(f"The floor differs from the published mart in {differing} rows, so that it measures something else.")
    return done


def _run_notebook(company: BenchCompany, library: str, limit: str) -> Measure:
    types = company.settings.seeds / "reference" / "event_types.csv"
    command = [sys.executable, "-m", "bench.notebooks", library, str(company.settings.landing_dir), str(types)]
    return measure(command, _environment(company.settings, limit))


def _environment(settings: Settings, memory_limit: str) -> dict[str, str]:
    places = {"HOME": settings.home, "SEEDS": settings.seeds, "MEMORY_LIMIT": memory_limit}
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DBT_", "DAGSTER_"))}
    return kept | {f"{PREFIX}{name}": str(value) for name, value in places.items()} | {"PYTHONPATH": str(PROJECT_DIR)}


def ratio(above: Any, below: Any) -> float | None:
    """Seconds over seconds, to two digits; None where one was not measured."""
    return round(above.seconds / below.seconds, 2) if above and below else None


def number(sizes: dict[int, dict[str, Any]], nothing_new: Measure, new_day: Measure) -> Numbers:
    """The figures that the bounds are about."""
    one, ten, fifty = (sizes.get(size, {}) for size in (1, 10, 50))
    return {
        "full_over_floor_10m": ratio(ten.get("full"), ten.get("floor")),
        "daily_over_full_10m": ratio(ten.get("daily"), ten.get("full")),
        "daily_10m_over_daily_1m": ratio(ten.get("daily"), one.get("daily")),
        "peak_gib_10m": round(ten["full"].peak_gib, 2) if ten else None,
        "peak_gib_50m": round(fifty["full"].peak_gib, 2) if fifty else None,
        "full_50m_over_full_10m": ratio(fifty.get("full"), ten.get("full")),
        "nothing_new_seconds": round(nothing_new.seconds, 1),
        "new_day_seconds": round(new_day.seconds, 1),
    }


def describe(sizes: dict[int, dict[str, Any]], new_day: Measure, numbers: Numbers) -> str:
    """The results as a page."""
    lines = [
        "# What a refresh costs",
        "",
        f"Made by `make bench` on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, DuckDB {version('duckdb')}, dbt {version('dbt-core')}, Dagster "
        f"{version('dagster')}. Seconds of the whole command, with all checks; GiB of memory at the peak, children "
        "included. What the floor and the notebooks compute: `bench/floor.py`, `bench/notebooks.py`.",
        "",
        "| million lead events | what | seconds | peak GiB |",
        "| --- | --- | --- | --- |",
    ]
    for size, found in sizes.items():
        for what, one in found.items():
            if isinstance(one, Measure):
                lines.append(f"| {size} | {what} | {one.seconds:.1f} | {one.peak_gib:.2f} |")
            else:
                lines.append(f"| {size} | {what} | | {one:.2f} |")
    lines += ["", "| figure | value |", "| --- | --- |"]
    lines += [f"| {name} | {'not measured' if value is None else value} |" for name, value in numbers.items()]
    for title, one in [
        ("A refresh of the sample company with nothing new but the day", new_day),
        *((f"A daily refresh on {size} million", found["daily"]) for size, found in sizes.items()),
        *((f"A full refresh of {size} million", found["full"]) for size, found in sizes.items()),
    ]:
        steps = STEP.findall(one.output)
        rest = one.seconds - sum(float(seconds) for _, seconds in steps)
        lines += ["", f"{title}, {one.seconds:.1f} s:", ""]
        lines += [f"- {name}: {seconds} s" for name, seconds in steps]
        lines += [f"- Starting Python and Dagster, loading the project, ending: {rest:.1f} s"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure the sizes named on the command line, in millions, and write the results."""
    chosen = [int(argument) for argument in sys.argv[1:]] or sorted(MEMORY_LIMIT)
    with tempfile.TemporaryDirectory() as scratch:
        nothing_new, new_day = measure_nothing_new(Path(scratch) / "sample")
        sizes = {size: measure_size(size, Path(scratch) / str(size)) for size in chosen}
    numbers = number(sizes, nothing_new, new_day)
    NUMBERS.write_text(json.dumps(numbers, indent=2) + "\n")
    RESULTS.write_text(describe(sizes, new_day, numbers))
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
