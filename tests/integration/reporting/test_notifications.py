"""`lead-sla refresh` tells people: once, with a warning where that fails, and with an alert when it fails itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lead_sla.pipeline.refresh_record import read_record
from tests.support.cases import leads, sla, target
from tests.support.command_line import lead_sla
from tests.support.harness import Company
from tests.support.servers import Hook, Mailbox, authority, mail_server, webhook
from tests.support.sharing import empty_home

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    with webhook() as hook:
        yield hook


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server(authority(), "none") as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(empty_home(tmp_path_factory))
    company.seed("sla_definitions", [sla("leads_all")])
    company.seed("sla_targets", [target("leads_all", f"{YESTERDAY:%Y-%m}-01", 4000)])
    company.drop_file("lead_events", [*leads(5, "demo", YESTERDAY), *leads(9, "demo", YESTERDAY - timedelta(days=40))])
    return company


@pytest.fixture
def environment(hook: Hook, mailbox: Mailbox) -> dict[str, str]:
    return {
        "LEAD_SLA_WEBHOOK_URL": hook.url,
        "LEAD_SLA_MAIL_HOST": "localhost",
        "LEAD_SLA_MAIL_PORT": str(mailbox.port),
        "LEAD_SLA_MAIL_SECURITY": "none",
        "LEAD_SLA_MAIL_FROM": "sla@lead.example",
        "LEAD_SLA_MAIL_SALES": "sam@sales.example, sue@sales.example",
        "LEAD_SLA_MAIL_ENGINEERS": "dan@data.example",
        "COLUMNS": "300",
    }


def test_a_refresh_sends_its_mails_and_a_refused_address_is_a_warning_and_no_failure(
    company: Company, environment: dict[str, str], mailbox: Mailbox, hook: Hook
) -> None:
    mailbox.refuse = {"sue@sales.example": "550 gone"}
    done = lead_sla(company.settings, "refresh", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Notifying" in done.stdout
    assert ["sam@sales.example"] in mailbox.recipients
    assert any(str(mail["Subject"]).startswith(f"Lead SLA {YESTERDAY}: 1 ") for mail in mailbox.mails)
    assert company.settings.page_path.exists()
    assert "Warning: notifications_delivered on notifications" in done.stdout
    assert "Email to sales: " in done.stdout
    assert "refused sue@sales.example (550 gone)" in done.stdout
    assert read_record(company.settings) is None, "the next refresh must not count this one as done"


def test_a_refresh_that_fails_alerts_once(
    company: Company, environment: dict[str, str], mailbox: Mailbox, hook: Hook, tmp_path: Path
) -> None:
    company.seed("sla_targets", [target("leads_all", f"{YESTERDAY:%Y-%m}-01", -1)])
    before = len(mailbox.mails)
    for _ in range(2):
        failed = lead_sla(company.settings, "refresh", **environment)
        assert failed.returncode == 2
    alerts = [text for text in hook.texts if text.startswith("Lead SLA: the refresh failed")]
    assert len(alerts) == 1
    assert "sla_targets.csv, line 2, column amount" in alerts[0]
    assert [str(mail["Subject"]) for mail in mailbox.mails[before:]] == ["Lead SLA: the refresh failed"]
