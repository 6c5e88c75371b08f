"""Alerts at real servers: each change once on each channel, with its reason, whatever the servers answer."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.publishing import Publication, current_version
from lead_sla.reporting.alerts import announce_failure, announce_publication, announce_stale, webhook
from lead_sla.settings import Settings, load_settings
from tests.support.harness import Company
from tests.support.reported_company import PUBLISHED_AT
from tests.support.servers import Hook, Mailbox, authority, mail_server
from tests.support.servers import webhook as hook_server

NOW = PUBLISHED_AT + timedelta(minutes=5)
OVERDUE = NOW + timedelta(days=1, hours=3)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as hook:
        yield hook


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server(authority(), "none") as mailbox:
        yield mailbox


@pytest.fixture
def settings(
    company: Company, tmp_path: Path, hook: Hook, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setattr(webhook, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 1.0)
    shutil.copytree(company.settings.published_dir, tmp_path / "published", symlinks=True)
    return load_settings(
        home=tmp_path,
        webhook_url=hook.url,
        page_url="https://lead.example/sla",
        mail_host="localhost",
        mail_port=mailbox.port,
        mail_security="none",
        mail_from="sla@lead.example",
        mail_sales=("sam@sales.example",),
        mail_marketing=("mia@marketing.example",),
        mail_engineers=("dan@data.example",),
    )


def published(settings: Settings) -> Publication:
    publication = current_version(settings)
    assert publication is not None
    return publication


def announce(settings: Settings) -> list[str]:
    return announce_publication(settings, published(settings), NOW)


def set_status(settings: Settings, sla_id: str, status: str) -> None:
    """Set another status of an agreement in the published mart, as the next day's would."""
    mart = settings.mart_path.resolve()
    mart.chmod(0o644)
    with duckdb.connect(str(mart)) as connection:
        connection.execute("update rpt_sla_status set status = $1 where sla_id = $2", [status, sla_id])


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for mail in mailbox.mails]


def test_the_first_word_of_a_month_is_news_only_if_it_is_bad(settings: Settings, hook: Hook, mailbox: Mailbox) -> None:
    assert announce(settings) == []
    (text,) = hook.texts
    assert text.startswith("Lead SLA: 3 SLAs have changed their status\n")
    assert 'Leads, "all" &lt;regions&gt; &amp; more: 59 of 62.4 to date, 94.' in text
    assert "+Points: 306.8 of 510 to date, 60." in text
    assert "Gap -203.2: leads" in text
    assert "=1+1" not in text, "on_track is not alerted"
    assert text.endswith("https://lead.example/sla")
    assert mailbox.recipients == [["sam@sales.example", "mia@marketing.example"]]
    assert "<regions> & more" in mailbox.mails[0].get_content()


def test_a_change_is_alerted_once_there_and_once_back(settings: Settings, hook: Hook, mailbox: Mailbox) -> None:
    announce(settings)
    for status in ("at_risk", "at_risk", "on_track", "on_track"):
        set_status(settings, "value_all", status)
        assert announce(settings) == []
    assert [text.splitlines()[0] for text in hook.texts[1:]] == [
        "Lead SLA: =1+1 is at risk",
        "Lead SLA: =1+1 is on track",
    ]
    assert "Was on track. =1+1: 56,033 of 53,182 USD to date" in hook.texts[1]
    assert subjects(mailbox)[1:] == ["Lead SLA: =1+1 is at risk", "Lead SLA: =1+1 is on track"]


def test_too_early_is_not_alerted(settings: Settings, hook: Hook) -> None:
    announce(settings)
    for status in ("too_early", "on_track"):
        set_status(settings, "value_all", status)
        assert announce(settings) == []
    assert len(hook.texts) == 1


def test_how_a_month_ended_is_alerted_once(settings: Settings, hook: Hook) -> None:
    announce(settings)
    for status in ("missed", "missed"):
        set_status(settings, "value_all", status)
        assert announce(settings) == []
    assert [text.splitlines()[0] for text in hook.texts[1:]] == ["Lead SLA: =1+1 is missed"]


def test_a_failed_refresh_is_alerted_once_as_is_the_recovery(settings: Settings, hook: Hook, mailbox: Mailbox) -> None:
    announce(settings)
    for number in range(3):
        assert announce_failure(settings, f"run-{number}", "grain on marts/x: 2 rows.\nRemedy: fix it.", NOW) == []
    assert hook.texts[1:] == [
        "Lead SLA: the refresh failed\nRun run-0.\ngrain on marts/x: 2 rows.\nRemedy: fix it.\n"
        "Readers still get the previous version.\nhttps://lead.example/sla"
    ]
    assert announce(settings) == announce(settings) == []
    assert [text.splitlines()[0] for text in hook.texts[2:]] == ["Lead SLA: refreshes work again"]
    assert mailbox.recipients[1:] == [["dan@data.example"], ["dan@data.example"]]
    assert announce_failure(settings, "run-9", "again", NOW) == []
    assert len(hook.texts) == 4


def test_an_overdue_mart_is_alerted_once(settings: Settings, hook: Hook) -> None:
    assert announce_stale(settings, NOW) == []
    assert announce_stale(settings, OVERDUE - timedelta(hours=2)) == []
    assert hook.texts == [], "before eight nothing is overdue"
    assert announce_stale(settings, OVERDUE) == announce_stale(settings, OVERDUE) == []
    (text,) = hook.texts
    assert text.startswith("Lead SLA: today's figures are overdue\nThe figures end on 2026-06-17.")


def test_a_busy_server_is_asked_again_after_the_time_that_it_names(settings: Settings, hook: Hook) -> None:
    hook.answers = [(429, {"Retry-After": "0.05"}), (500, {}), (429, {"Retry-After": "soon"})]
    assert announce(settings) == []
    assert (hook.asked, len(hook.texts)) == (4, 1)


@pytest.mark.parametrize(("status", "asked"), [(500, 4), (404, 1)])
def test_a_channel_that_fails_is_tried_again_and_the_other_is_not(
    settings: Settings, hook: Hook, mailbox: Mailbox, status: int, asked: int
) -> None:
    hook.answers = [(status, {})] * 4
    (problem,) = announce(settings)
    assert problem == (
        f"The webhook did not accept the alert: the response was {status}. Check LEAD_SLA_WEBHOOK_URL; the alert is "
        "sent again with the next refresh."
    )
    assert hook.asked == asked
    hook.answers = []
    assert announce(settings) == []
    assert (len(hook.texts), len(mailbox.mails)) == (1, 1)


def test_a_server_that_is_gone_is_named_without_its_secret_address(settings: Settings) -> None:
    gone = load_settings(home=settings.home, webhook_url="http://127.0.0.1:9/services/T0/secret-token")
    (problem,) = announce_publication(gone, published(gone), NOW)
    assert "The webhook did not accept the alert: ConnectionError." in problem
    assert "secret-token" not in problem + json.dumps((settings.home / "alerts.json").read_text())


def test_a_refused_address_does_not_make_the_others_hear_it_again(settings: Settings, mailbox: Mailbox) -> None:
    mailbox.refuse = {"mia@marketing.example": "550 gone"}
    (problem,) = announce(settings)
    assert "refused mia@marketing.example (550 gone)" in problem
    assert announce(settings) == []
    assert len(mailbox.mails) == 1


def test_a_state_that_cannot_be_read_is_set_aside_and_reported(settings: Settings) -> None:
    (settings.home / "alerts.json").write_text("{half")
    (problem,) = announce(settings)
    assert "alerts.json could not be read and is now alerts.unreadable" in problem
    assert announce(settings) == []


def test_without_a_channel_nothing_is_remembered(settings: Settings) -> None:
    alone: dict[str, Any] = {"home": settings.home}
    assert announce_publication(load_settings(**alone), published(settings), NOW) == []
    assert announce_failure(load_settings(**alone), "run-1", "broken", NOW) == []
    assert not (settings.home / "alerts.json").exists()
