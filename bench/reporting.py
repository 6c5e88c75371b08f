"""What drawing the page and the workbook and composing the mail cost, for the sample company and for ten times of it.

    .venv/bin/python -m bench.reporting

writes `bench/REPORTING.md`. Reports are rendered from the mart, whose size does not depend on the number of events.
"""

import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from lead_sla.publishing import current_version
from lead_sla.reporting.mail.composing import compose
from lead_sla.reporting.rendering import render_reports
from lead_sla.sample.company import write_company
from lead_sla.settings import Settings, load_settings
from tests.support.command_line import lead_sla

UNTIL = date(2026, 10, 20)
SCALES = (1, 10)
RUNS = 5
RESULTS = Path(__file__).with_name("REPORTING.md")
BOUND_SECONDS = 10


def measure(scale: float, home: Path) -> dict[str, float]:
    """Rows and seconds of a company of that scale; the reports' seconds are the median of several runs."""
    company = write_company(home, UNTIL, scale=scale)
    settings = load_settings(home=home, seeds=home / "seeds")
    began = time.perf_counter()
    done = lead_sla(settings, "refresh", "--as-of", UNTIL.isoformat())
    refresh = time.perf_counter() - began
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    folder = home / "rendered"
    folder.mkdir()
    (folder / "sla_mart.duckdb").symlink_to(settings.mart_path)
    return {
        "events": company.lead_events + company.deal_events,
        "refresh": refresh,
        "page and workbook": median_seconds(lambda: render_reports(settings, folder)),
        "mail": median_seconds(lambda: compose_mail(settings)),
    }


def median_seconds(work: Callable[[], object]) -> float:
    """How long `work` takes once its imports and caches are warm."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def compose_mail(settings: Settings) -> bytes:
    """One mail, as it would be sent."""
    publication = current_version(settings)
    if publication is None:
        sys.exit("Nothing was published.")
    return bytes(compose(settings, publication, settings.published_dir / "current", "sales"))


def describe(one: dict[str, float], ten: dict[str, float]) -> str:
    """The results as a page."""
    lines = [
        "# What reporting costs",
        "",
        f"Made by `python -m bench.reporting` on {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}, DuckDB {version('duckdb')}, Altair {version('altair')}. Seconds; medians of "
        f"{RUNS} runs, the refresh once and with its checks.",
        "",
        "| | sample company | ten times as many events | ratio |",
        "| --- | --- | --- | --- |",
    ]
    for (name, small), large in zip(one.items(), ten.values(), strict=True):
        shown = [f"{value:,.0f}" if name == "events" else f"{value:.2f}" for value in (small, large)]
        lines.append(f"| {name} | {shown[0]} | {shown[1]} | {large / small:.2f} |")
    added = one["page and workbook"] + 3 * one["mail"]
    lines += [
        "",
        f"Page, workbook and three mails add {added:.1f} s to a refresh of the sample company; the bound is "
        f"{BOUND_SECONDS} s.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure both companies and write the results."""
    with tempfile.TemporaryDirectory() as scratch:
        one, ten = (measure(scale, Path(scratch) / str(scale)) for scale in SCALES)
    RESULTS.write_text(describe(one, ten))
    print(RESULTS.read_text())


if __name__ == "__main__":
    main()
