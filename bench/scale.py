"""Measures a refresh at 1, 10 and 50 million lead events, compared with the floor and two notebooks, in one run.

    make bench

writes `bench/RESULTS.md` and `bench/results.json`. `make bench MILLIONS="1 10"` leaves the largest size out, which
takes most of the time; what was not measured is null in the results.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench.data import HISTORY_UNTIL, NEW_DAY, BenchCompany, split_files, write_bench_company
from bench.floor import count_differences
from bench.measuring import Measure, measure
from bench.results import Results, describe, number
from lead_sla.sample.company import write_company
from lead_sla.settings import PREFIX, PROJECT_DIR, Settings, load_settings

MILLION = 1_000_000
MEMORY_LIMIT = {1: "4GB", 10: "3GB", 50: "6GB"}  # of DuckDB; the whole command may use 4 GB, and 8 GB for the largest
ROWS_OF_A_SMALL_FILE = 200
RESULTS = Path(__file__).with_name("RESULTS.md")
NUMBERS = Path(__file__).with_name("results.json")
LEAD_SLA = Path(sys.executable).with_name("lead-sla")


def refresh(settings: Settings, *arguments: str, memory_limit: str) -> Measure:
    """`lead-sla refresh`, whole command."""
    return measure([LEAD_SLA, "refresh", *arguments], _environment(settings, memory_limit))


def measure_size(millions: int, home: Path) -> dict[str, Measure]:
    """Everything about one size; the companies are deleted in the end."""
    limit = MEMORY_LIMIT[millions]
    company = write_bench_company(home, millions * MILLION)
    found: dict[str, Measure] = {}
    found["full"] = _refresh_history(company, limit)
    found["floor"] = _run_floor(company, limit)
    if millions < max(MEMORY_LIMIT):
        for library in ("polars", "pandas"):
            found[library] = _run_notebook(company, library, limit)
    found["daily"] = _refresh_new_day(company, limit)
    shutil.rmtree(home)
    if millions < max(MEMORY_LIMIT):
        company = write_bench_company(home, millions * MILLION, "parquet")
        found["full from Parquet"] = _refresh_history(company, limit)
        shutil.rmtree(home)
        company = write_bench_company(home, millions * MILLION)
        company.map_as_records()
        found["full of records"] = _refresh_history(company, limit)
        found["daily of records"] = _refresh_new_day(company, limit)
        shutil.rmtree(home)
    return found


def measure_small_files(home: Path) -> tuple[Measure, Measure]:
    """A day's files after a million lead events in 24 files, and after the same rows in 5,000."""
    found = []
    for rows_per_file in (None, ROWS_OF_A_SMALL_FILE):
        company = write_bench_company(home, MILLION)
        if rows_per_file:
            split_files(company.settings.landing_dir / "lead_events", rows_per_file)
        _refresh_history(company, MEMORY_LIMIT[1])
        found.append(_refresh_new_day(company, MEMORY_LIMIT[1]))
        shutil.rmtree(home)
    return found[0], found[1]


def _refresh_history(company: BenchCompany, limit: str) -> Measure:
    return refresh(company.settings, "--as-of", HISTORY_UNTIL.isoformat(), memory_limit=limit)


def _refresh_new_day(company: BenchCompany, limit: str) -> Measure:
    company.receive_new_day()
    return refresh(company.settings, "--as-of", NEW_DAY.isoformat(), memory_limit=limit)


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
    if differing := count_differences(company.settings, result):
        sys.exit(f"The floor differs from the published mart in {differing} rows, so that it measures something else.")
    return done


def _run_notebook(company: BenchCompany, library: str, limit: str) -> Measure:
    types = company.settings.seeds / "reference" / "event_types.csv"
    command = [sys.executable, "-m", "bench.notebooks", library, str(company.settings.landing_dir), str(types)]
    return measure(command, _environment(company.settings, limit))


def _environment(settings: Settings, memory_limit: str) -> dict[str, str]:
    places = {"HOME": settings.home, "SEEDS": settings.seeds, "FEEDS": settings.feeds, "MEMORY_LIMIT": memory_limit}
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DBT_", "DAGSTER_"))}
    return kept | {f"{PREFIX}{name}": str(value) for name, value in places.items()} | {"PYTHONPATH": str(PROJECT_DIR)}


def main() -> None:
    """Measure the sizes named on the command line, in millions, and write the results."""
    chosen = [int(argument) for argument in sys.argv[1:]] or sorted(MEMORY_LIMIT)
    with tempfile.TemporaryDirectory() as scratch:
        nothing_new, new_day = measure_nothing_new(Path(scratch) / "sample")
        few_files, many_files = measure_small_files(Path(scratch) / "small_files")
        sizes = {size: measure_size(size, Path(scratch) / str(size)) for size in chosen}
    results = Results(sizes, nothing_new, new_day, few_files, many_files)
    NUMBERS.write_text(json.dumps(number(results), indent=2) + "\n")
    RESULTS.write_text(describe(results))
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
