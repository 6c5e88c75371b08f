"""Posts a text to a Slack-compatible webhook. The address is a secret and appears in no message."""

import time

import requests

from lead_sla.settings import Settings

TIMEOUT_SECONDS = 10.0
ATTEMPTS = 4
LONGEST_WAIT = 10.0  # seconds between two attempts, also if the server requests more
FIRST_WAIT = 0.5
TOO_MANY = 429
SERVER_ERROR = 500


def post(settings: Settings, text: str) -> str | None:
    """Post `text`; returns the problem in a sentence, or None. Retries a few times if the server is busy or fails."""
    if settings.webhook_url is None:
        return None
    trouble = ""
    for attempt in range(ATTEMPTS):
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
        try:
            response = requests.post(
                settings.webhook_url.get_secret_value(), json={"text": _escape(text)}, timeout=TIMEOUT_SECONDS
            )
        except requests.RequestException as error:
            trouble = type(error).__name__  # its text would contain the address
        else:
            if response.ok:
                return None
            trouble = f"the response was {response.status_code}"
            if response.status_code == TOO_MANY:
                wait = min(LONGEST_WAIT, _retry_after(response, wait))
            elif response.status_code < SERVER_ERROR:
                break
        if attempt < ATTEMPTS - 1:
            time.sleep(wait)
    return (
        f"The webhook did not accept the alert: {trouble}. Check LEAD_SLA_WEBHOOK_URL; the alert is sent again with "
        "the next refresh."
    )


def _retry_after(response: requests.Response, otherwise: float) -> float:
    try:
        return float(response.headers.get("Retry-After", otherwise))
    except ValueError:
        return otherwise


def _escape(text: str) -> str:
    """Slack interprets these three characters as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
