"""The page in a real browser: every figure is the mart's, every name is text, and nobody else is asked for anything."""

import base64
import csv
import gzip
import html
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from lead_sla.mart.status import read_sla_statuses
from lead_sla.reporting.page import SYMBOLS, write_failure_page
from lead_sla.reporting.page.tables import BY_MONTH, WHOLE
from lead_sla.reporting.wording import describe
from tests.support.browser import READ
from tests.support.reported_company import EMEA, FORMULA, ROCKET, SCRIPT

pytestmark = pytest.mark.external

CHARTS = {"waterfall", "daily", "gap", "rates", "goals", "months"}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def test_the_data_of_the_page_are_the_mart_s_tables(mart: duckdb.DuckDBPyConnection, file: Path) -> None:
    packed = re.search(r'id="data">([^<]+)<', file.read_text())
    assert packed is not None
    tables = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    assert set(tables) == {*WHOLE, *BY_MONTH}
    for name, table in tables.items():
        months = f"where {BY_MONTH[name]} >= '2025-06-01'" if name in BY_MONTH else ""
        rows = [
            [plain(value) for value in row] for row in mart.execute(f"from {name} {months} order by all").fetchall()
        ]
        assert [list(row) for row in zip(*table["columns"], strict=True)] == rows, name
        assert table["names"] == [column[0] for column in mart.execute(f"describe {name}").fetchall()]
    assert file.stat().st_size < 3_000_000


def test_the_statuses_are_there_without_any_script(
    browser: Browser, mart: duckdb.DuckDBPyConnection, file: Path
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    lines = [line.text_content().strip() for line in page.locator(".statuses li").all()]
    assert lines == [f"{SYMBOLS[sla.status]} {describe(sla)}" for sla in read_sla_statuses(mart)]
    assert "Figures up to the end of 2026-06-17 (UTC)." in " ".join(page.locator(".fresh").text_content().split())
    page.close()


def test_the_charts_are_drawn_and_follow_the_switches(open_page: Callable[..., Page]) -> None:
    page = open_page("#sla=points_all", viewport={"width": 1440, "height": 900})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for name in CHARTS:
        page.wait_for_selector(f"#chart-{name} svg")
    before = page.locator("#chart-waterfall svg").inner_html()
    assert "counted to here" in before
    page.select_option("#segment", EMEA)
    assert page.evaluate("document.getElementById('sla').selectedOptions[0].textContent") == "-2+3 leads from EMEA"
    assert page.locator("#headline").text_content().startswith("-2+3 leads from EMEA, 2026-06: 30 of 11.8 to date, 253")
    page.select_option("#period", "2026-05-01")
    assert "month=2026-05" in page.url
    page.wait_for_function(
        "(before) => document.querySelector('#chart-waterfall svg')?.innerHTML !== before", arg=before
    )
    assert "counted to here" not in page.locator("#chart-waterfall svg").inner_html()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_a_desk_in_light_and_dark(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page("#sla=points_all", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector("#chart-months svg")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = (
        "[...document.querySelectorAll('.chart svg')].filter((svg) => svg.getBoundingClientRect().right > innerWidth)"
    )
    assert page.evaluate(f"{wide}.length") == 0
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 25, 30)"}[scheme]


def test_figures_on_the_charts_are_whole_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("#sla=points_all", viewport={"width": 360, "height": 800})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector("#chart-months svg")
    cut = """() => [...document.querySelectorAll('.chart svg text')].filter((text) => {
        const [inner, outer] = [text, text.closest('svg')].map((part) => part.getBoundingClientRect());
        return inner.left < outer.left - 1 || inner.right > outer.right + 1;
    }).map((text) => text.textContent)"""
    assert page.evaluate(cut) == []
    days = page.evaluate(
        "[...document.querySelectorAll('#chart-waterfall .role-axis-label text')].map((x) => x.textContent)"
    )
    assert "30" in days or "29" in days
    assert "31" not in days, "June has thirty days"
    assert "900" in page.locator("#chart-goals").text_content()
    assert "leads" in page.locator("#chart-rates").text_content()


def test_paper_is_white_and_its_ink_dark_whatever_the_reader_s_theme(open_page: Callable[..., Page]) -> None:
    page = open_page("#sla=points_all", color_scheme="dark")
    page.wait_for_selector("#chart-waterfall svg text")
    label = "getComputedStyle(document.querySelector('#chart-waterfall svg .role-axis-label text')).fill"
    assert page.evaluate(label) == "rgb(230, 234, 238)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(label) == "rgb(31, 41, 51)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 41, 51)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_names_are_text_whatever_they_hold(open_page: Callable[..., Page]) -> None:
    page = open_page("#sla=points_all")
    types = {row[0] for row in page.evaluate(READ)["card"][1:]}
    assert types == {f"{code} \\ label" for code in (SCRIPT, FORMULA, ROCKET)}
    assert [option.text_content() for option in page.locator("#segment option").all()][1:] == [
        EMEA,
        "@APAC's +1",
        "all",
    ]
    assert page.locator("main b, main i").count() == 0


def test_downloads_hold_the_whole_figures_and_no_formula(
    mart: duckdb.DuckDBPyConnection, open_page: Callable[..., Page]
) -> None:
    page = open_page("#sla=value_all", accept_downloads=True)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    with page.expect_download() as got:
        page.locator("#table-daily button").click()
    assert got.value.suggested_filename == "daily-value_all-2026-06.csv"
    rows = list(csv.reader(io.StringIO(Path(got.value.path()).read_text("utf-8-sig"), newline="")))
    booked = mart.execute(
        "select date, label, leads, points, value from fct_sla_daily inner join dim_event_types using (event_type) "
        "where sla_id = 'value_all' and date >= '2026-06-01' order by date, event_type"
    ).fetchall()
    assert rows[0] == ["date", "type", "leads", "points", "value"]
    for row, (day, label, *figures) in zip(rows[1:], booked, strict=True):
        assert row[:2] == [str(day), f"'{label}" if label.startswith("=") else label]
        assert [float(cell) for cell in row[2:]] == figures


def test_a_page_that_cannot_be_drawn_names_the_remedy(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    write_failure_page(path, ["The page could not be rendered: ValueError: <b>bold</b>"])
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.locator("h1").text_content() == "The page could not be rendered"
    assert "ValueError: <b>bold</b>" in page.locator(".problems").text_content()
    assert "lead-sla doctor" in html.unescape(page.content())
    page.close()
