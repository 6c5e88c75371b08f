"""What the HTTP sessions of all CRMs share: the token, and retries that wait by the clock of a pull."""

from typing import Any

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import BaseHTTPResponse
from urllib3.util import Retry

from lead_sla.crm.clock import Clock

TIMEOUT_SECONDS = (10.0, 60.0)  # to connect, and between two bytes of an answer
ATTEMPTS = 6
FIRST_WAIT = 1.0  # seconds, doubled from attempt to attempt
LONGEST_WAIT = 300.0
BUSY_OR_BROKEN = (423, 500, 502, 503, 504, 520, 521, 522, 523, 524)
CUT_OFF = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
LATER = "What was read until now is kept; the next pull goes on from there."


class BearerToken(AuthBase):
    """Sets the header of each request, so that no session, error or repr contains the token."""

    def __init__(self, token: SecretStr) -> None:
        """Keep the token, which can be replaced."""
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self.token.get_secret_value()}"
        return request


def open_session(clock: Clock, auth: AuthBase | None = None) -> requests.Session:
    """A session that repeats what the server could not answer."""
    session = requests.Session()
    session.auth = auth
    retries = _ClockedRetry(
        wait=clock.wait,
        total=ATTEMPTS,
        status_forcelist=BUSY_OR_BROKEN,
        allowed_methods=None,  # every call reads, those with POST too
        backoff_factor=FIRST_WAIT,
        raise_on_status=False,
        # By default this would also repeat a 429, whose policy says whether to wait a second or a day.
        respect_retry_after_header=False,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retries))
    return session


class _ClockedRetry(Retry):
    """urllib3's retries, which wait by the clock of the pull."""

    def __init__(self, *args: Any, wait: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wait = wait

    def new(self, **kwargs: Any) -> "_ClockedRetry":
        return super().new(wait=self._wait, **kwargs)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        asked = self.get_retry_after(response) if response is not None else None
        seconds = asked or self.get_backoff_time()
        if seconds > 0:
            self._wait(min(seconds, LONGEST_WAIT))
