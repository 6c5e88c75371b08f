"""Alerts: a status that changed, a refresh that failed, a mart that is overdue. Each is told once, on each channel.

Changes of status go to the webhook, Sales and Marketing; failures and delays to the webhook and the engineers. A
channel that could not be reached is tried again at the next occasion, without telling the other one twice; a mail that
one of several recipients got counts as told.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from lead_sla.publishing import Publication, current_version
from lead_sla.reporting.alerts.changes import Judgement, describe_change, is_news, read_judgements
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
    """Whether somebody was told, and what went wrong."""

    is_told: bool
    problems: list[str]


NOTHING_TO_SEND = Sent(True, [])


def announce_publication(settings: Settings, publication: Publication, now: datetime) -> list[str]:
    """Tell which agreements changed their status, and that refreshes work again if that was in doubt.

    Returns:
        What went wrong, a sentence each; nothing when all is well or no channel is set up.
    """
    judgements = read_judgements(settings, publication)

    def tell(channel: str, told: State) -> list[str]:
        known = told.setdefault("statuses", {})
        changed = [judgement for judgement in judgements if is_news(judgement, known.get(judgement.sla_id))]
        lines = [describe_change(judgement, known.get(judgement.sla_id)) for judgement in changed]
        sent = _send(settings, channel, BUSINESS, _title(changed), lines, now) if changed else NOTHING_TO_SEND
        if sent.is_told:
            known.update({judgement.sla_id: judgement.remembered for judgement in judgements})
        if not (told.get("failing") or told.get("stale")):
            return sent.problems
        line = f"Published as of {publication.as_of_date}; earlier alerts about the refresh are settled."
        settled = _send(settings, channel, ENGINEERS, "Lead SLA: refreshes work again", [line], now)
        if settled.is_told:
            told.update(failing=None, stale=None)
        return sent.problems + settled.problems

    return _on_each_channel(settings, tell)


def announce_failure(settings: Settings, run_id: str, reason: str, now: datetime) -> list[str]:
    """Tell the engineers that a refresh failed, and why; once, until one has succeeded."""

    def tell(channel: str, told: State) -> list[str]:
        if told.get("failing"):
            return []
        lines = [f"Run {run_id}.", reason, "Readers see what was published before."]
        sent = _send(settings, channel, ENGINEERS, "Lead SLA: the refresh failed", lines, now)
        told["failing"] = run_id if sent.is_told else None
        return sent.problems

    return _on_each_channel(settings, tell)


def announce_stale(settings: Settings, now: datetime) -> list[str]:
    """Tell the engineers if the day's publication is overdue; once, until it is there."""
    local = now.astimezone(ZoneInfo(settings.business_timezone))
    publication = current_version(settings)
    if publication is None or local.hour < OVERDUE_HOUR:
        return []
    if publication.as_of_date >= local.date() - timedelta(days=1):
        return []

    def tell(channel: str, told: State) -> list[str]:
        if told.get("stale"):
            return []
        line = f"The figures end on {publication.as_of_date}. Look at the last run with `lead-sla doctor`."
        sent = _send(settings, channel, ENGINEERS, "Lead SLA: today's figures are overdue", [line], now)
        told["stale"] = str(publication.as_of_date) if sent.is_told else None
        return sent.problems

    return _on_each_channel(settings, tell)


def _on_each_channel(settings: Settings, tell: Callable[[str, State], list[str]]) -> list[str]:
    channels = [WEBHOOK] * (settings.webhook_url is not None) + [MAIL] * (settings.mail_host is not None)
    if not channels:
        return []
    state, problems = load_state(settings)
    for channel in channels:
        problems += tell(channel, state.setdefault(channel, {}))
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
    return Sent(bool(delivery.accepted), [f"Alert by mail: {text}" for text in delivery.problems])


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


def _title(changed: Sequence[Judgement]) -> str:
    if len(changed) == 1:
        return f"Lead SLA: {changed[0].label} is {changed[0].word}"
    return f"Lead SLA: {len(changed)} agreements have another status"
