"""The sample company: a backfill, ten daily pulls of what people do in a CRM, and the weekly sweep after them."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from tests.support.harness import Company
from tests.support.hubspot.loading import SEGMENT, load_sample
from tests.support.hubspot.server import running
from tests.support.marts import Rows, are_same, read_marts
from tests.support.pulls import Account

DAYS = 10
UNTIL, AS_OF = date(2026, 3, 20), date(2026, 4, 10)


@pytest.fixture(scope="module")
def ten_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    company = load_sample(UNTIL, scale=0.1).company
    with running(company) as server:
        yield pull_ten_days(Account(company, server, tmp_path_factory.mktemp("daily"), SEGMENT))


def pull_ten_days(fake: Account, *, merges: bool = True) -> Account:
    fake.pull()
    for day in range(DAYS):
        work_a_day(fake, day, merges=merges)
        fake.pass_days(1)
        fake.pull()
    fake.pass_days(4)  # a sweep notices within a week what moves no date of modification
    fake.pull()
    return fake


def work_a_day(fake: Account, day: int, *, merges: bool) -> None:
    """Edits, enriched segments, merges, archiving, deletions, late associations and renamed stages."""
    company = fake.company
    people, deals = list(company.ids("contacts")), list(company.ids("deals"))
    one = (people[step * 37 % len(people)] for step in count(day * 100))
    for number in range(20):
        company.pass_time(300)
        company.edit("contacts", next(one), **{SEGMENT: ("emea", "americas", "apac")[number % 3]})
    company.submit_form(next(one), "3b7e2c84-7f0d-4c39-8a15-52d0c3e9b722")
    late = company.add_deal(pipeline="default", dealstage="qualifiedtobuy", amount="900")
    company.edit("deals", deals[day], amount=str(1000 + day))
    company.edit("deals", deals[-1 - day], dealstage="closedlost")
    if merges:
        company.merge("contacts", people[day], people[-1 - day], keep_id=day % 2 == 0)
    company.archive("contacts", people[50 + day])
    company.archive("deals", deals[20 + day])
    company.delete("contacts", people[70 + day])
    company.rename_stage("default", "contractsent", f"Contract sent {day}")
    fake.pass_days(0.5)
    company.associate(late, people[90 + day])


def test_the_landed_rows_say_what_a_fresh_backfill_says(ten_days: Account, tmp_path: Path) -> None:
    ten_days.assert_complete()
    assert len(ten_days.merges()) >= DAYS


def test_a_day_takes_few_calls(ten_days: Account) -> None:
    ten_days.server.forget()
    ten_days.pass_days(1)
    ten_days.pull()
    assert len(ten_days.server.requests) < 20


def test_a_day_without_changes_lands_nothing(ten_days: Account) -> None:
    before = {name: ten_days.rows(name) for name in ("contacts", "deals", "merges")}
    ten_days.pass_days(1)
    ten_days.pull()
    assert {name: ten_days.rows(name) for name in before} == before


def build_both(base: Path, *, merges: bool) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """The marts of the daily pulls and of a fresh backfill."""
    sample = load_sample(UNTIL, scale=0.1)
    homes = (base / "daily", base / "fresh")
    for home in homes:
        sample.write_folder(home)
    with running(sample.company) as server:
        pull_ten_days(Account(sample.company, server, homes[0], SEGMENT), merges=merges)
        Account(sample.company, server, homes[1], SEGMENT).pull()
    companies = [Company.at(home) for home in homes]
    for company in companies:
        company.refresh(AS_OF, as_shipped=True)
    daily, fresh = (read_marts(company) for company in companies)
    return daily, fresh


@pytest.mark.soak
def test_the_mart_is_that_of_a_fresh_backfill(tmp_path: Path) -> None:
    daily, fresh = build_both(tmp_path, merges=False)
    assert sum(len(rows) for rows in daily.values()) > 10_000
    different = [name for name in daily if not are_same(daily[name], fresh[name])]
    assert different == ["rpt_data_quality"], "it counts what was superseded and withdrawn"


@pytest.mark.soak
def test_leads_and_customers_are_those_of_a_fresh_backfill_also_with_merges(tmp_path: Path) -> None:
    """Rates of earlier months are others: they do not know a merge before the day on which a pull first saw it."""
    daily, fresh = build_both(tmp_path, merges=True)
    leads = [[row[:4] for row in mart["fct_sla_daily"] if row[3]] for mart in (daily, fresh)]
    assert len(leads[0]) > 1_000
    assert leads[0] == leads[1]
    assert are_same(daily["fct_won_deals_monthly"], fresh["fct_won_deals_monthly"])
