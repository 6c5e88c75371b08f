"""Alerts: a status changed, a refresh failed, a publication is overdue. Each is sent once on each channel.

Changes of status go to the webhook, Sales and Marketing; failures and delays to the webhook and the engineers. A
channel that could not be reached is tried again at the next opportunity, without sending to the other one twice; an
email that at least one recipient received counts as sent.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from lead_sla.publishing import Publication, current_version
from lead_sla.reporting.alerts.changes import TrackedStatus, describe_change, is_news, read_statuses
from lead_sla.reporting.alerts.state import State, load_state, save_state
from lead_sla.reporting.alerts.webhook import post
from lead_sla.reporting.links import page_link
from lead_sla.reporting.smtp import POLICY, deliver
from lead_sla.settings import Settings

WEBHOOK, MAIL = "webhook", "mail"
OVERDUE_HOUR = 8  # in the business zone: two hours after the schedule starts the day's refresh
BUSINESS = ("sales", "marketing")
ENGINEERS = ("engineers",)


@dataclass(frozen=True)
class Sent:
    """Whether an alert was sent, and the problems."""

    is_sent: bool
    problems: list[str]


NOTHING_TO_SEND = Sent(True, [])


def announce_publication(settings: Settings, publication: Publication, now: datetime) -> list[str]:
    """Announce changes of status, and that refreshes work again if an alert about them was sent.

    Returns:
        The problems, a sentence each; empty on success or without a channel.
    """
    statuses = read_statuses(settings, publication)

    def announce(channel: str, sent_before: State) -> list[str]:
        known = sent_before.setdefault("statuses", {})
        changed = [status for status in statuses if is_news(status, known.get(status.sla_id))]
        lines = [describe_change(status, known.get(status.sla_id)) for status in changed]
        sent = _send(settings, channel, BUSINESS, _title(changed), lines, now) if changed else NOTHING_TO_SEND
        if sent.is_sent:
            known.update({status.sla_id: status.remembered for status in statuses})
        if not (sent_before.get("failing") or sent_before.get("stale")):
            return sent.problems
        line = f"Published as of {publication.as_of_date}; earlier alerts about the refresh are resolved."
        recovered = _send(settings, channel, ENGINEERS, "Lead SLA: refreshes work again", [line], now)
        if recovered.is_sent:
            sent_before.update(failing=None, stale=None)
        return sent.problems + recovered.problems

    return _on_each_channel(settings, announce)


def announce_failure(settings: Settings, run_id: str, reason: str, now: datetime) -> list[str]:
    """Alert the engineers that a refresh failed, and why; once, until one has succeeded."""

    def announce(channel: str, sent_before: State) -> list[str]:
        if sent_before.get("failing"):
            return []
        lines = [f"Run {run_id}.", reason, "Readers still get the previous version."]
        sent = _send(settings, channel, ENGINEERS, "Lead SLA: the refresh failed", lines, now)
        sent_before["failing"] = run_id if sent.is_sent else None
        return sent.problems

    return _on_each_channel(settings, announce)


def announce_stale(settings: Settings, now: datetime) -> list[str]:
    """Alert the engineers if the day's publication is overdue; once, until it is published."""
    local = now.astimezone(ZoneInfo(settings.business_timezone))
    publication = current_version(settings)
    if publication is None or local.hour < OVERDUE_HOUR:
        return []
    if publication.as_of_date >= local.date() - timedelta(days=1):
        return []

    def announce(channel: str, sent_before: State) -> list[str]:
        if sent_before.get("stale"):
            return []
        line = f"The figures end on {publication.as_of_date}. Run `lead-sla doctor` for the last run."
        sent = _send(settings, channel, ENGINEERS, "Lead SLA: today's figures are overdue", [line], now)
        sent_before["stale"] = str(publication.as_of_date) if sent.is_sent else None
        return sent.problems

    return _on_each_channel(settings, announce)


def _on_each_channel(settings: Settings, announce: Callable[[str, State], list[str]]) -> list[str]:
    channels = [WEBHOOK] * (settings.webhook_url is not None) + [MAIL] * (settings.mail_host is not None)
    if not channels:
        return []
    state, problems = load_state(settings)
    for channel in channels:
        problems += announce(channel, state.setdefault(channel, {}))
    save_state(settings, state)
    return problems


def _send(
    settings: Settings, channel: str, audiences: Sequence[str], title: str, lines: Sequence[str], now: datetime
) -> Sent:
    body = "\n".join([*lines, page_link(settings)])
    if channel == WEBHOOK:
        trouble = post(settings, f"{title}\n{body}")
        return Sent(trouble is None, [trouble] if trouble else [])
    recipients = [address for audience in audiences for address in getattr(settings, f"mail_{audience}")]
    if not recipients:
        return NOTHING_TO_SEND
    delivery = deliver(settings, _mail(settings, recipients, title, body, now), recipients)
    return Sent(bool(delivery.accepted), [f"Alert by email: {text}" for text in delivery.problems])


def _mail(settings: Settings, recipients: Sequence[str], title: str, body: str, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = settings.mail_from
    message["To"] = ", ".join(recipients)
    message["Subject"] = " ".join(title.split())
    message["Date"] = format_datetime(now)
    name = hashlib.sha256(f"{title}\n{body}\n{now.isoformat()}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{str(settings.mail_from).rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body + "\n")
    return message


def _title(changed: Sequence[TrackedStatus]) -> str:
    if len(changed) == 1:
        return f"Lead SLA: {changed[0].label} is {changed[0].word}"
    return f"Lead SLA: {len(changed)} SLAs have changed their status"
