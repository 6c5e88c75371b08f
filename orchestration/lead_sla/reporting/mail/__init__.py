"""Emails about a publication: to three lists, once each, kept as long as the version, without affecting the refresh.

Recipients are recorded before the email is sent, and removed again if the server refuses them. A crash in between
loses an email, which `lead-sla mail --preview` can write, but never sends one
twice.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lead_sla.errors import InputError
from lead_sla.publishing import Publication, current_version, list_versions
from lead_sla.reporting.mail.composing import compose, compose_notice
from lead_sla.reporting.smtp import deliver
from lead_sla.settings import Settings

AUDIENCES = ("sales", "marketing", "executives")
ENGINEERS = "engineers"
# Yesterday's figures may still be sent today, and a long weekend may be without bookings.
OLDEST_DAY = timedelta(days=1)
LONGEST_QUIET = timedelta(days=3)


def send_mails(settings: Settings, publication: Publication, now: datetime) -> list[str]:
    """Send the email about `publication` to each list that has not received it; stale data goes to the engineers only.

    Returns:
        The problems, a sentence each with its remedy; empty on success or if email is not configured.
    """
    lists = {audience: getattr(settings, f"mail_{audience}") for audience in AUDIENCES}
    if settings.mail_host is None:
        named = [f"LEAD_SLA_MAIL_{audience.upper()}" for audience, addresses in lists.items() if addresses]
        return [f"{' and '.join(named)} is set, but LEAD_SLA_MAIL_HOST is not, so no email was sent."] if named else []
    _delete_old(settings)
    folder = settings.published_dir / "versions" / publication.run_id
    why = staleness(settings, publication, now)
    if why is not None:
        text = f"{why} Sales, Marketing and executives got no email. Land the missing files and run `lead-sla refresh`."
        notice = compose_notice(settings, publication, "Lead SLA: no email was sent, the data is stale", text)
        return _send_once(settings, publication, ENGINEERS, notice)
    problems = []
    for audience, addresses in lists.items():
        if addresses:
            problems += _send_once(settings, publication, audience, compose(settings, publication, folder, audience))
    return problems


def staleness(settings: Settings, publication: Publication, now: datetime) -> str | None:
    """Why the figures are too old to be sent, or None: they end before yesterday, or nothing was booked for days."""
    today = now.astimezone(ZoneInfo(settings.business_timezone)).date()
    if today - publication.as_of_date > OLDEST_DAY:
        return f"The figures end on {publication.as_of_date}, and today is {today}."
    if publication.data_through is None or publication.as_of_date - publication.data_through > LONGEST_QUIET:
        last = publication.data_through or "never"
        return f"The last booking was on {last}, more than {LONGEST_QUIET.days} days before {publication.as_of_date}."
    return None


def preview_mail(settings: Settings, audience: str, path: Path) -> Path:
    """Write the email about the current publication for one list to a file, as it would be sent.

    Raises:
        InputError: nothing is published, or the list does not exist.
    """
    if audience not in AUDIENCES:
        raise InputError(f"{audience!r} is not a list. The lists are {', '.join(AUDIENCES)}.")
    publication = current_version(settings)
    if publication is None:
        raise InputError("Nothing is published yet. Run `lead-sla refresh` first.")
    folder = settings.published_dir / "versions" / publication.run_id
    path.write_bytes(bytes(compose(settings, publication, folder, audience)))
    return path


def _send_once(settings: Settings, publication: Publication, audience: str, message: EmailMessage) -> list[str]:
    folder = _mail_dir(settings) / publication.run_id
    folder.mkdir(parents=True, exist_ok=True)
    record_path = folder / f"{audience}.json"
    record = json.loads(record_path.read_text()) if record_path.exists() else {"accepted": [], "refused": []}
    recipients = getattr(settings, f"mail_{audience}")
    pending = [address for address in recipients if address not in record["accepted"] + record["refused"]]
    if not pending:
        return []
    (folder / f"{audience}.eml").write_bytes(bytes(message))
    _write(record_path, {**record, "accepted": [*record["accepted"], *pending]})
    delivery = deliver(settings, message, pending)
    _write(
        record_path,
        {
            "accepted": [*record["accepted"], *delivery.accepted],
            "refused": [*record["refused"], *delivery.refused],
            "problems": delivery.problems,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        },
    )
    return [f"Email to {audience}: {problem}" for problem in delivery.problems]


def _write(path: Path, record: dict[str, Any]) -> None:
    fresh = path.with_suffix(".next")
    fresh.write_text(json.dumps(record, indent=1) + "\n")
    fresh.replace(path)


def _mail_dir(settings: Settings) -> Path:
    return settings.published_dir / "mail"


def _delete_old(settings: Settings) -> None:
    """Delete the emails about versions that no longer exist."""
    kept = {version.run_id for version in list_versions(settings)}
    for folder in _mail_dir(settings).glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder)
