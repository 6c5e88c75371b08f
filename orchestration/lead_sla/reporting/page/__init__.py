"""The page: one HTML file that shows a version of the mart, without external resources."""

import json
import os
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import vl_convert
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from lead_sla.formatting import STATUS_WORDS
from lead_sla.mart.reading import fetch
from lead_sla.mart.status import read_band_record, read_ended_months, read_sla_statuses
from lead_sla.reporting.charts import month, reasons, theme
from lead_sla.reporting.page.tables import pack_tables
from lead_sla.reporting.wording import describe, describe_band, describe_end
from lead_sla.settings import WORKBOOK_FILE, Settings

PARTS = Path(__file__).parent / "parts"
SCRIPTS = ("format.js", "data.js", "charts.js", "tables.js", "sections.js", "main.js")
CHARTS = {
    "waterfall": month.waterfall,
    "daily": month.daily,
    "rates": reasons.close_rates,
    "gap": reasons.gap_reasons,
    "goals": reasons.goal_bases,
    "months": reasons.attainment,
}
# Shown in addition to the color.
SYMBOLS = {
    "met": "✓",
    "missed": "✗",
    "ahead": "▲",
    "on_track": "●",
    "at_risk": "◆",
    "behind": "▼",
    "too_early": "○",
    "no_target": "□",
}

DEFINITIONS = """
select tables.table_name as table, tables.comment as question, columns.column_name as column, columns.comment as meaning
from duckdb_tables() as tables
inner join duckdb_columns() as columns using (table_oid)
where tables.comment is not null
order by tables.table_name, columns.column_index
"""


def write_page(settings: Settings, mart: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the page of the version that `mart` is open on; it links to the workbook in the same folder, if any."""
    (publication,) = fetch(mart, "from publication")
    data, months = pack_tables(mart, publication["as_of_date"])
    page = _templates().get_template("page.html.j2")
    statuses = [{"sla_id": sla.sla_id, "status": sla.status, "line": describe(sla)} for sla in read_sla_statuses(mart)]
    ended = read_ended_months(mart)
    text = page.render(
        publication=publication,
        statuses=statuses,
        ended=[{"sla_id": month.sla_id, "status": month.status, "line": describe_end(month)} for month in ended],
        ended_month=ended[0].period_start if ended else None,
        band=describe_band(read_band_record(mart)),
        symbols=SYMBOLS,
        legend=", ".join(f"{SYMBOLS[code]} {STATUS_WORDS[code]}" for code in SYMBOLS),
        months=months,
        has_workbook=path.with_name(WORKBOOK_FILE).exists(),
        definitions=_definitions(mart),
        style=Markup(_read("style.css")),  # noqa: S704 - our own file
        script=Markup(_script(settings.cache_dir)),  # noqa: S704 - our own files
        specs=_embed({name: chart().to_dict() for name, chart in CHARTS.items()}),
        theme=_embed(theme.PAGE),
        words=_embed({"status": STATUS_WORDS, "symbol": SYMBOLS}),
        data=data,
    )
    path.write_text(text, encoding="utf-8")


def write_failure_page(path: Path, problems: Sequence[str]) -> None:
    """Write a page that lists what could not be rendered, and the remedy; the mart is published nevertheless."""
    page = _templates().get_template("failure.html.j2")
    path.write_text(page.render(problems=problems, style=Markup(_read("style.css"))), encoding="utf-8")  # noqa: S704


def _definitions(mart: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for row in fetch(mart, DEFINITIONS):
        entry = tables.setdefault(row["table"], {"question": row["question"], "columns": []})
        entry["columns"].append((row["column"], row["meaning"]))
    return tables


def _embed(value: object) -> Markup:
    """JSON for the inside of a script element, which ends at the first `</`."""
    return Markup(json.dumps(value).replace("<", "\\u003c"))  # noqa: S704 - it contains no markup


def _script(cache_dir: Path) -> str:
    """Vega and our own scripts, in a scope of their own and without the end tag of the script element."""
    bundle = _vega(cache_dir)
    ours = "\n".join(_read(name) for name in SCRIPTS)
    return f"{bundle}\n(() => {{\n{ours}}})();".replace("</script", "<\\/script")


def _vega(cache_dir: Path) -> str:
    """Vega as one script; bundling it takes a second, so it is cached by version."""
    kept = cache_dir / f"vega-{version('vl-convert-python')}.js"
    if not kept.exists():
        cache_dir.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8")
        unfinished.replace(kept)
    return kept.read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(PARTS), autoescape=True)


def _read(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")
