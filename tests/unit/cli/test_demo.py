"""`lead-sla demo`: the sample company has its own feeds, rules, zone and currency, whatever those of the user are."""

from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lead_sla.cli import refreshing
from lead_sla.cli.main import app
from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.seeds import check_seeds
from lead_sla.sample import company
from lead_sla.settings import Settings, load_settings
from lead_sla.transform.project import read_rules

USERS_FEED = """\
feeds:
  - name: crm
    kind: lead_events
    files: crm/*.csv
"""


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user with a company of their own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "LEAD_SLA_BUSINESS_TIMEZONE=Asia/Tokyo\nLEAD_SLA_REPORTING_CURRENCY=EUR\nLEAD_SLA_COMPANY=Acme\n"
    )
    (tmp_path / "feeds.yml").write_text(USERS_FEED)
    (tmp_path / "rules.yml").write_text("maturity_days: 30\n")
    return tmp_path


def test_it_uses_nothing_of_the_user_s_company(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []
    monkeypatch.setattr(company, "write_company", partial(company.write_company, scale=0.05))
    monkeypatch.setattr(refreshing, "_refresh", lambda settings, _: seen.append(settings))
    monkeypatch.setattr(refreshing, "read_status", lambda _: None)
    monkeypatch.setattr(refreshing, "to_table", lambda *_: "the status")
    result = CliRunner().invoke(app, ["demo"])
    assert result.exit_code == 0, result.output
    (settings,) = seen
    assert (settings.business_timezone, settings.reporting_currency, settings.company) == ("UTC", "USD", None)
    assert [feed.name for feed in load_feeds(settings.feeds)] == ["lead_events", "deal_events"]
    assert read_rules(settings)["maturity_days"] == 90
    check_seeds(settings.seeds, settings.reporting_currency)
    assert settings.home == user / "data" / "demo"
    exports = [line.strip() for line in result.output.splitlines() if line.startswith("  export ")]
    assert exports == [
        f"export LEAD_SLA_HOME={settings.home}",
        f"export LEAD_SLA_SEEDS={settings.home / 'seeds'}",
        f"export LEAD_SLA_FEEDS={settings.home / 'feeds.yml'}",
        "export LEAD_SLA_BUSINESS_TIMEZONE=UTC",
        "export LEAD_SLA_REPORTING_CURRENCY=USD",
    ]
    assert (user / "feeds.yml").read_text() == USERS_FEED
    monkeypatch.chdir(settings.home)
    here = load_settings()
    names = ("home", "seeds", "feeds", "business_timezone", "reporting_currency", "company")
    assert [getattr(here, name) for name in names] == [getattr(settings, name) for name in names]
