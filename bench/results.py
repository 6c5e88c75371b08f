"""The results of `make bench`: the figures that the bounds are about, and a page for people."""

import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from bench.measuring import Measure

STEP = re.compile(r"^  (\S.*?) {2,}.*?([\d.]+) s$", re.MULTILINE)
SMALL, LARGE, LARGEST = 1, 10, 50

Numbers = dict[str, float | None]


@dataclass(frozen=True)
class Results:
    """What was measured: `sizes` by millions of lead events and name, the rest on the sample company and a million."""

    sizes: dict[int, dict[str, Measure]]
    nothing_new: Measure
    new_day: Measure
    few_files: Measure
    many_files: Measure

    def seconds(self, millions: int, name: str) -> float | None:
        """The seconds of a measure; None if it was not taken."""
        found = self.sizes.get(millions, {}).get(name)
        return found.seconds if found else None

    def peak(self, millions: int) -> float | None:
        """GiB of a full refresh at its peak."""
        found = self.sizes.get(millions, {}).get("full")
        return round(found.peak_gib, 2) if found else None

    def per_million(self, name: str) -> float | None:
        """Seconds per million lead events from 1 to 10 million, which leaves out what does not depend on the size."""
        small, large = self.seconds(SMALL, name), self.seconds(LARGE, name)
        return None if small is None or large is None else (large - small) / (LARGE - SMALL)


def number(results: Results) -> Numbers:
    """The figures that the bounds are about."""
    seconds = results.seconds
    return {
        "full_over_floor_10m": _ratio(seconds(LARGE, "full"), seconds(LARGE, "floor")),
        "full_over_floor_per_million": _ratio(results.per_million("full"), results.per_million("floor")),
        "pandas_over_full_10m": _ratio(seconds(LARGE, "pandas"), seconds(LARGE, "full")),
        "daily_over_full_10m": _ratio(seconds(LARGE, "daily"), seconds(LARGE, "full")),
        "daily_10m_over_daily_1m": _ratio(seconds(LARGE, "daily"), seconds(SMALL, "daily")),
        "records_full_over_events_10m": _ratio(seconds(LARGE, "full of records"), seconds(LARGE, "full")),
        "records_daily_over_events_10m": _ratio(seconds(LARGE, "daily of records"), seconds(LARGE, "daily")),
        "full_50m_over_full_10m": _ratio(seconds(LARGEST, "full"), seconds(LARGE, "full")),
        "many_files_over_few_files": _ratio(results.many_files.seconds, results.few_files.seconds),
        "peak_gib_10m": results.peak(LARGE),
        "peak_gib_50m": results.peak(LARGEST),
        "daily_10m_seconds": _rounded(seconds(LARGE, "daily")),
        "new_day_seconds": _rounded(results.new_day.seconds),
        "nothing_new_seconds": _rounded(results.nothing_new.seconds),
    }


def describe(results: Results) -> str:
    """The results as a page."""
    return "\n".join(
        [
            *_introduce(),
            *_list_sizes(results),
            *_list_costs_per_million(results),
            *_list_figures(number(results)),
            *_list_steps(results),
        ]
    )


def _introduce() -> Iterator[str]:
    yield "# What a refresh costs"
    yield ""
    yield (
        f"Made by `make bench` on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, DuckDB {version('duckdb')}, dbt {version('dbt-core')}, Dagster "
        f"{version('dagster')}. Seconds of the whole command, with all checks; GiB of memory at the peak, children "
        "included. What the floor and the notebooks compute: `bench/floor.py`, `bench/notebooks.py`."
    )
    yield ""


def _list_sizes(results: Results) -> Iterator[str]:
    yield "| million lead events | what | seconds | peak GiB |"
    yield "| --- | --- | --- | --- |"
    for size, found in results.sizes.items():
        for name, one in found.items():
            yield f"| {size} | {name} | {one.seconds:.1f} | {one.peak_gib:.2f} |"
    for name, one in (
        ("a day's files after 24 files", results.few_files),
        ("a day's files after 5,000 files of 200 rows", results.many_files),
    ):
        yield f"| {SMALL} | {name} | {one.seconds:.1f} | {one.peak_gib:.2f} |"
    yield ""


def _list_costs_per_million(results: Results) -> Iterator[str]:
    """What grows with the events: from 1 to 10 million."""
    floor = results.per_million("floor")
    yield "| from 1 to 10 million | seconds per million lead events | times the floor's |"
    yield "| --- | --- | --- |"
    for name in (
        "floor",
        "full",
        "full from Parquet",
        "polars",
        "pandas",
        "daily",
        "full of records",
        "daily of records",
    ):
        cost = results.per_million(name)
        if cost is not None:
            yield f"| {name} | {cost:.2f} | {_ratio(cost, floor)} |"
    yield ""


def _list_figures(numbers: Numbers) -> Iterator[str]:
    yield "| figure | value |"
    yield "| --- | --- |"
    for name, value in numbers.items():
        yield f"| {name} | {'not measured' if value is None else value} |"


def _list_steps(results: Results) -> Iterator[str]:
    for title, one in [
        ("A refresh of the sample company with nothing new but the day", results.new_day),
        *((f"A daily refresh on {size} million", found["daily"]) for size, found in results.sizes.items()),
        *((f"A full refresh of {size} million", found["full"]) for size, found in results.sizes.items()),
    ]:
        steps = STEP.findall(one.output)
        rest = one.seconds - sum(float(seconds) for _, seconds in steps)
        yield ""
        yield f"{title}, {one.seconds:.1f} s:"
        yield ""
        yield from (f"- {name}: {seconds} s" for name, seconds in steps)
        yield f"- Starting Python and Dagster, loading the project, ending: {rest:.1f} s"
    yield ""


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else round(above / below, 2)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
