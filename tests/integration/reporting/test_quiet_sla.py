"""What readers are shown of an SLA without a single booking, and on a first of the month before anything is booked."""

import struct
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lead_sla.mart.reading import open_version
from lead_sla.mart.status import read_sla_statuses
from lead_sla.publishing import publish
from lead_sla.reporting.charts.png import SCALE, render_waterfall_png
from lead_sla.reporting.mail import AUDIENCES, preview_mail
from lead_sla.reporting.page import write_page
from lead_sla.reporting.workbook import write_workbook
from tests.support.cases import leads, sla, target
from tests.support.harness import Company

AS_OF = date(2026, 6, 1)
SLAS = ("busy", "quiet", "agreed_quiet")
HIGHEST = 12_000  # pixels of the page; it was 33 million


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Leads of one segment in May, none of the other ever, and nobody yet on the first of June."""
    company = Company(tmp_path_factory.mktemp("quiet"))
    company.seed(
        "sla_definitions",
        [sla("busy", segment="emea"), sla("quiet", segment="apac"), sla("agreed_quiet", "points", segment="apac")],
    )
    both = {"approved_by_marketing": "Ada", "approved_by_sales": "Sam"}
    company.seed("sla_targets", [target("agreed_quiet", "2026-06-01", 90, **both), target("busy", "2026-06-01", 60)])
    company.drop_file("lead_events", leads(5, "demo", "2026-05-10", segment="emea"))
    company.refresh(AS_OF)
    publish(company.settings, "quiet", AS_OF, datetime(2026, 6, 2, 6, tzinfo=UTC), None)
    return company


@pytest.fixture(scope="module")
def page(company: Company) -> Path:
    version = company.settings.published_dir / "current"
    path = company.settings.home / "page"
    path.mkdir()
    with open_version(company.settings, version) as mart:
        write_workbook(mart, path / "lead_sla.xlsx")
        write_page(company.settings, mart, path / "index.html")
    return path / "index.html"


@pytest.mark.parametrize("sla_id", SLAS)
def test_the_picture_has_its_usual_size(company: Company, sla_id: str) -> None:
    with open_version(company.settings, company.settings.published_dir / "current") as mart:
        assert len(read_sla_statuses(mart)) == len(SLAS)
        picture = render_waterfall_png(mart, sla_id)
    _, height = struct.unpack(">II", picture[16:24])
    assert 320 * SCALE < height < 500 * SCALE


def test_the_mail_of_each_list_can_be_previewed(company: Company, tmp_path: Path) -> None:
    for audience in AUDIENCES:
        mail = preview_mail(company.settings, audience, tmp_path / f"{audience}.eml").read_bytes()
        assert b"image/png" in mail


@pytest.mark.external
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_is_no_longer_than_its_sections(browser: Browser, page: Path, width: int) -> None:
    for sla_id in SLAS:
        shown = browser.new_page(viewport={"width": width, "height": 900})
        wrong: list[str] = []
        shown.on("pageerror", lambda error, wrong=wrong: wrong.append(str(error)))
        shown.on("console", lambda message, wrong=wrong: message.type == "error" and wrong.append(message.text))
        shown.goto(f"{page.as_uri()}#sla={sla_id}")
        shown.wait_for_selector("#shown:not([hidden])")
        shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        shown.wait_for_selector("#chart-waterfall svg")
        shown.wait_for_selector("#chart-daily svg")
        assert shown.evaluate("document.documentElement.scrollHeight") < HIGHEST
        assert "nothing booked" in shown.locator("#chart-waterfall svg").text_content()
        assert wrong == []
        shown.close()


@pytest.mark.external
def test_a_gap_that_nothing_explains_is_shown_without_reasons(browser: Browser, page: Path) -> None:
    shown = browser.new_page()
    shown.goto(f"{page.as_uri()}#sla=agreed_quiet")
    shown.wait_for_selector("#shown:not([hidden])")
    shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    shown.wait_for_selector("#chart-gap svg")
    assert "reasons not known" in shown.locator("#chart-gap svg").text_content()
    shown.close()


@pytest.mark.external
def test_the_filled_goal_is_called_agreed_only_where_it_was(browser: Browser, page: Path) -> None:
    about = {}
    for sla_id in SLAS:
        shown = browser.new_page()
        shown.goto(f"{page.as_uri()}#sla={sla_id}")
        shown.wait_for_selector("#shown:not([hidden])")
        about[sla_id] = shown.locator("#lead-goals").text_content().removeprefix("The month's goal on each basis. ")
        shown.close()
    assert about == {
        "busy": "The filled one counts, but not both sides have signed it.",
        "quiet": "None was agreed.",
        "agreed_quiet": "The filled one was agreed.",
    }
