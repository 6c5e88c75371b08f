"""Calls of HubSpot's API: the token, the limits and the retries. The token appears in no message.

A call that is refused for a second, or that the server fails, is repeated; anything else ends the pull in HubSpot's own
words.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import requests
from pydantic import SecretStr

from lead_sla.crm.clock import Clock
from lead_sla.crm.errors import DailyLimitError, PullError
from lead_sla.crm.hubspot.refusals import TOKEN_SETTING, Refusal, to_error
from lead_sla.crm.sessions import (
    ATTEMPTS,
    CUT_OFF,
    FIRST_WAIT,
    LATER,
    LONGEST_WAIT,
    TIMEOUT_SECONDS,
    BearerToken,
    open_session,
)

API_VERSION = "2026-09"
POLICY_WAITS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}
ANSWERED = (200, 207)
TOO_MANY = 429
SECONDS_BETWEEN_SEARCHES = 0.2
CALLS_LEFT = "X-HubSpot-RateLimit-Daily-Remaining"
TOKEN = re.compile(r"[!-~]+")

Params = Sequence[tuple[str, str]]
Json = dict[str, Any]


class HubSpot:
    """A connection to one account. Counts its calls, and keeps how many are left today."""

    def __init__(self, url: str, token: SecretStr, clock: Clock) -> None:
        """Nothing is called yet.

        Raises:
            PullError: the token cannot be one.
        """
        # Otherwise the error of the library would quote the header.
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise PullError(f"{TOKEN_SETTING} contains spaces or other characters that no token has. Copy it again.")
        self.calls = 0
        self.calls_left: int | None = None
        self._url = url.rstrip("/")
        self._token = token
        self._clock = clock
        self._searched_at: datetime | None = None
        self._session = open_session(clock, BearerToken(token))

    def url_of(self, area: str, path: str) -> str:
        """The address of a resource, such as `crm/objects` and `contacts/search`."""
        return f"{self._url}/{area}/{API_VERSION}/{path}"

    def get(self, area: str, path: str, params: Params = ()) -> Json:
        """Read a resource.

        Raises:
            PullError: it cannot be read, after every retry.
        """
        return self._call("GET", self.url_of(area, path), params=params)

    def post(self, area: str, path: str, body: Mapping[str, Any]) -> Json:
        """Read what `body` asks for; raises as `get` does."""
        return self._call("POST", self.url_of(area, path), body=body)

    def search(self, object_name: str, body: Mapping[str, Any]) -> Json:
        """Search objects, at most five times a second; raises as `get` does."""
        now = self._clock.now()
        if self._searched_at is not None:
            elapsed = (now - self._searched_at).total_seconds()
            if 0 <= elapsed < SECONDS_BETWEEN_SEARCHES:
                self._clock.wait(SECONDS_BETWEEN_SEARCHES - elapsed)
        self._searched_at = self._clock.now()
        return self.post("crm/objects", f"{object_name}/search", body)

    def _call(self, method: str, url: str, *, params: Params = (), body: Mapping[str, Any] | None = None) -> Json:
        trouble = ""
        for attempt in range(ATTEMPTS):
            wait = FIRST_WAIT * 2**attempt
            try:
                response = self._send(method, url, params, body)
                if response.status_code in ANSWERED:
                    return _read_object(response)
            except (*CUT_OFF, _NotJsonError) as error:
                trouble = (
                    "the answer is not JSON"
                    if isinstance(error, _NotJsonError)
                    else f"the answer was cut off ({error})"
                )
            except requests.RequestException as error:
                raise PullError(self._redact(_unreachable(self._url, error))) from None
            else:
                refusal = Refusal.read(response, self._redact)
                if response.status_code != TOO_MANY:
                    raise to_error(refusal)
                wait = self._seconds_to_wait(refusal, response)
                trouble = refusal.describe()
            self._clock.wait(wait)
        raise PullError(f"HubSpot did not answer {ATTEMPTS} times in a row: {trouble}. {LATER}")

    def _send(self, method: str, url: str, params: Params, body: Mapping[str, Any] | None) -> requests.Response:
        self.calls += 1
        response = self._session.request(
            method, url, params=list(params), json=body, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        left = response.headers.get(CALLS_LEFT, "")
        if left.isdigit():
            self.calls_left = int(left)
        return response

    def _seconds_to_wait(self, refusal: Refusal, response: requests.Response) -> float:
        """How long to wait after a 429.

        Raises:
            DailyLimitError: until tomorrow.
        """
        if refusal.policy == "DAILY":
            raise DailyLimitError(
                f"HubSpot accepts no more calls today: {refusal.describe()}. {LATER} Rerun after midnight of the "
                "account's time zone, or find which other integration uses up the calls."
            )
        wait = _seconds(response.headers.get("Retry-After"), POLICY_WAITS.get(refusal.policy, 10.0))
        return min(wait, LONGEST_WAIT)

    def _redact(self, text: str) -> str:
        return text.replace(self._token.get_secret_value(), "***")


class _NotJsonError(Exception):
    """The answer is not a JSON object, such as the page of a proxy."""


def _read_object(response: requests.Response) -> Json:
    try:
        answer = response.json()
    except requests.exceptions.JSONDecodeError as error:
        raise _NotJsonError from error
    if not isinstance(answer, dict):
        raise _NotJsonError
    return answer


def _unreachable(url: str, error: requests.RequestException) -> str:
    return (
        f"HubSpot at {url} cannot be reached ({type(error).__name__}: {error}). Check the network, a proxy and "
        f"LEAD_SLA_HUBSPOT_URL. {LATER}"
    )


def _seconds(text: str | None, otherwise: float) -> float:
    try:
        return max(0.0, float(text or otherwise))
    except ValueError:
        return otherwise
