"""Kill -9 at each request of a pull: the next pull ends in the same landed rows."""

from pathlib import Path

from tests.support.killed_pulls import kill_at_each_request
from tests.support.pulls import SMALL_PAGES, account

NAMES = ("contacts", "deals", "merges")


def test_a_backfill_that_is_killed_at_any_request(tmp_path: Path) -> None:
    with account(tmp_path / "home") as fake:
        assert kill_at_each_request(fake, NAMES, SMALL_PAGES) > 8


def test_a_daily_pull_that_is_killed_at_any_request(tmp_path: Path) -> None:
    with account(tmp_path / "home") as fake:
        fake.pull()
        fake.pass_days(7)
        a, b, c, d, e, *_ = fake.company.ids("contacts")
        deals = fake.company.ids("deals")
        fake.company.edit("contacts", a, region="americas")
        fake.company.merge("contacts", b, c)
        fake.company.merge("deals", deals[0], deals[1])
        fake.company.archive("contacts", d)
        fake.company.delete("contacts", e)
        fake.company.associate(deals[-1], a)
        fake.company.edit("deals", deals[2], dealstage="lost")
        fake.company.pass_time(3600)
        assert kill_at_each_request(fake, NAMES, SMALL_PAGES) > 15
        fake.assert_complete()
