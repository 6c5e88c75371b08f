"""Sends an email through the SMTP server of the settings, with a result for every recipient."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from lead_sla.settings import Settings

# Wide enough for a subject on one line; some clients show a folded one with a gap.
POLICY = SMTP.clone(max_line_length=150)
TIMEOUT_SECONDS = 30.0
PERMANENT = 500  # replies from here on are permanent


@dataclass
class Delivery:
    """The result of sending an email: accepted and permanently refused recipients, and problems, a sentence each."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def deliver(settings: Settings, message: EmailMessage, recipients: Sequence[str]) -> Delivery:
    """Send one email to `recipients`; a refused one does not affect the others. Never raises delivery errors."""
    delivery = Delivery()
    try:
        with _connect(settings) as server:
            _send(server, settings, message, recipients, delivery)
    except smtplib.SMTPAuthenticationError as error:
        delivery.problems.append(
            f"{_where(settings)} refused the login of {settings.mail_user} ({_reply(error)}). Check LEAD_SLA_MAIL_USER "
            "and LEAD_SLA_MAIL_PASSWORD."
        )
    except ssl.SSLError as error:
        delivery.problems.append(
            f"{_where(settings)} cannot be trusted: {error.reason or error}. Check LEAD_SLA_MAIL_HOST, _PORT and "
            "_SECURITY, and the server's certificate."
        )
    except (smtplib.SMTPException, OSError) as error:
        delivery.problems.append(
            f"{_where(settings)} did not accept the email: {_reply(error)}. Check LEAD_SLA_MAIL_HOST and _PORT, and "
            "that the server is up."
        )
    return delivery


def _connect(settings: Settings) -> smtplib.SMTP:
    host = settings.mail_host or ""
    context = ssl.create_default_context()
    if settings.mail_security == "tls":
        return smtplib.SMTP_SSL(host, settings.mail_port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, settings.mail_port, timeout=TIMEOUT_SECONDS)
    if settings.mail_security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _send(
    server: smtplib.SMTP, settings: Settings, message: EmailMessage, recipients: Sequence[str], delivery: Delivery
) -> None:
    if settings.mail_user is not None:
        password = settings.mail_password.get_secret_value() if settings.mail_password else ""
        server.login(settings.mail_user, password)
    try:
        refused = server.send_message(message, from_addr=settings.mail_from, to_addrs=list(recipients))
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    delivery.accepted += [address for address in recipients if address not in refused]
    for address, (code, reply) in refused.items():
        text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
        is_permanent = code >= PERMANENT
        if is_permanent:
            delivery.refused.append(address)
        remedy = "Check the address" if is_permanent else "It is retried with the next run"
        delivery.problems.append(f"{_where(settings)} refused {address} ({code} {text}). {remedy}.")


def _where(settings: Settings) -> str:
    return f"The mail server {settings.mail_host}:{settings.mail_port}"


def _reply(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    return str(error) or type(error).__name__
