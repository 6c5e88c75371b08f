"""Posts a text to a Slack-compatible webhook. The address is a secret and appears in no message."""

import time

import requests

from lead_sla.settings import Settings

TIMEOUT_SECONDS = 10.0
ATTEMPTS = 4
LONGEST_WAIT = 10.0  # seconds between two attempts, whatever the server asks for
FIRST_WAIT = 0.5
TOO_MANY = 429
SERVER_ERROR = 500


def post(settings: Settings, text: str) -> str | None:
    """Post `text`; what went wrong, in a sentence, or None. A busy or broken server is asked again a few times."""
    if settings.webhook_url is None:
        return None
    trouble = ""
    for attempt in range(ATTEMPTS):
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
        try:
            answer = requests.post(
                settings.webhook_url.get_secret_value(), json={"text": _escape(text)}, timeout=TIMEOUT_SECONDS
            )
        except requests.RequestException as error:
            trouble = type(error).__name__  # its text would name the address
        else:
            if answer.ok:
                return None
            trouble = f"it answered {answer.status_code}"
            if answer.status_code == TOO_MANY:
                wait = min(LONGEST_WAIT, _retry_after(answer, wait))
            elif answer.status_code < SERVER_ERROR:
                break
        if attempt < ATTEMPTS - 1:
            time.sleep(wait)
    return (
        f"The webhook did not take the alert: {trouble}. Check LEAD_SLA_WEBHOOK_URL; the alert is tried again with the "
        "next refresh."
    )


def _retry_after(answer: requests.Response, otherwise: float) -> float:
    try:
        return float(answer.headers.get("Retry-After", otherwise))
    except ValueError:
        return otherwise


def _escape(text: str) -> str:
    """Slack reads these three signs as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
