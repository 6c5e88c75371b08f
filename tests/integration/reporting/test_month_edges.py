"""What readers are shown on the last day of a month, and on the first days of one that begins on a Sunday."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from lead_sla.mart.reading import open_version
from lead_sla.mart.status import read_ended_months, read_sla_statuses
from lead_sla.publishing import publish
from lead_sla.reporting.mail.news import News, read_news
from lead_sla.reporting.page import write_page
from lead_sla.reporting.workbook import write_workbook
from tests.support.cases import leads, sla, target
from tests.support.harness import Company

LAST_DAY, SUNDAY, TUESDAY, WEDNESDAY = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 4)
GOALS = {"met": 20, "missed": 30, "open": None}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A lead each business day since September, against goals of three SLAs; 22 in October."""
    company = Company(tmp_path_factory.mktemp("edges"))
    company.seed("sla_definitions", [sla(name, label=name.title(), pacing="business_days") for name in GOALS])
    months = [date(2026, 10, 1), date(2026, 11, 1)]
    company.seed(
        "sla_targets",
        [target(name, str(month), goal) for month in months for name, goal in GOALS.items() if goal is not None],
    )
    days = (date(2026, 9, 1) + timedelta(days=number) for number in range(65))
    company.drop_file("lead_events", [event for day in days if day.isoweekday() < 6 for event in leads(1, "demo", day)])
    company.land()
    for as_of in (LAST_DAY, SUNDAY):
        publish_as_of(company, as_of)
    return company


def publish_as_of(company: Company, as_of: date) -> None:
    company.build(as_of)
    publish(company.settings, str(as_of), as_of, datetime(2026, 11, 30, tzinfo=UTC), None)


@contextmanager
def mart_of(company: Company, as_of: date) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_version(company.settings, company.settings.published_dir / "versions" / str(as_of)) as mart:
        yield mart


def news_of(company: Company, as_of: date) -> News:
    with mart_of(company, as_of) as mart:
        return read_news(mart)


def page_of(company: Company, as_of: date, folder: Path) -> str:
    with mart_of(company, as_of) as mart:
        write_page(company.settings, mart, folder / "index.html")
        write_workbook(mart, folder / "lead_sla.xlsx")
    return (folder / "index.html").read_text()


def test_on_its_last_day_a_month_is_met_or_missed(company: Company, tmp_path: Path) -> None:
    news = news_of(company, LAST_DAY)
    assert [line for _, line in news.lines] == [
        "Missed: 22 of 30, 73.3 % - missed",
        "Met: 22 of 20, 110.0 % - met",
        "Open: 22 to date; no target",
    ]
    assert news.subject == "Lead SLA 2026-10-31: 1 missed, 1 met, 1 no target"
    assert news.ended_lines == []
    page = page_of(company, LAST_DAY, tmp_path)
    assert "Missed: 22 of 30, 73.3 % - missed" in page
    assert "2026-09 ended" not in page


def test_on_the_first_days_the_goal_is_named_and_how_last_month_ended(company: Company, tmp_path: Path) -> None:
    news = news_of(company, SUNDAY)
    assert [(status, line.partition(";")[0]) for status, line in news.lines] == [
        ("too_early", "Met: 0 to date, the goal of the month is 20 - too early to tell"),
        ("too_early", "Missed: 0 to date, the goal of the month is 30 - too early to tell"),
        ("no_target", "Open: 0 to date"),
    ]
    ended = ["Met: 22 of 20, 110.0 % - met", "Missed: 22 of 30, 73.3 % - missed", "Open: 22; no target"]
    assert [line for _, line in news.ended_lines] == ended
    page = page_of(company, SUNDAY, tmp_path)
    assert "How 2026-10 ended" in page
    assert all(line in page for line in ended)


@pytest.mark.soak
def test_last_month_is_shown_until_it_is_not_too_early(company: Company, tmp_path: Path) -> None:
    later = Company.at(shutil.copytree(company.settings.home, tmp_path / "later", symlinks=True))
    shown = {}
    for as_of in (TUESDAY, WEDNESDAY):
        publish_as_of(later, as_of)
        with mart_of(later, as_of) as mart:
            statuses = {sla.status for sla in read_sla_statuses(mart)}
            shown[as_of] = ("too_early" in statuses, len(read_ended_months(mart)))
    # November 2026 has 21 business days, of which Tuesday is the second and Wednesday the third.
    assert shown == {TUESDAY: (True, 3), WEDNESDAY: (False, 0)}
