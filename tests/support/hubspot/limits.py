"""HubSpot's limits: calls a second and a day, and the length of a URL."""

import time
from collections import deque

from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.exchange import Answer
from tests.support.hubspot.refusals import rate_limited

DAY_MS = 86_400_000


class Limits:
    """Counts calls. Time passes for it with the wall clock and with the company's clock: waiting on either helps."""

    def __init__(self, company: HubSpotCompany) -> None:
        """Begin with no call used."""
        self.searches_a_second: int | None = 5
        self.calls_in_ten_seconds: int | None = None  # HubSpot: 100 to 190, by subscription
        self.calls_a_day = 500_000
        self.used_today = 0
        self.url_length = 8_000
        self.association_page = 500
        self._company = company
        self._day = company.now // DAY_MS
        self._searches: deque[float] = deque()
        self._calls: deque[float] = deque()

    def refuse(self, *, is_search: bool) -> Answer | None:
        """Count a call, or refuse it."""
        day, now = self._company.now // DAY_MS, time.monotonic() + self._company.now / 1000
        if day != self._day:
            self._day, self.used_today = day, 0
        if self.used_today >= self.calls_a_day:
            return rate_limited("DAILY")
        if _is_full(self._calls, self.calls_in_ten_seconds, now, seconds=10):
            return rate_limited("TEN_SECONDLY_ROLLING")
        if is_search and _is_full(self._searches, self.searches_a_second, now, seconds=1):
            return rate_limited("SECONDLY")
        self.used_today += 1
        self._calls.append(now)
        if is_search:
            self._searches.append(now)
        return None

    def headers(self) -> dict[str, str]:
        """What HubSpot says of them with every answer but those of searches."""
        remaining = str(self.calls_a_day - self.used_today)
        return {"X-HubSpot-RateLimit-Daily": str(self.calls_a_day), "X-HubSpot-RateLimit-Daily-Remaining": remaining}

    def resets_at(self) -> int:
        """When the day of the calls ends, in milliseconds."""
        return (self._company.now // DAY_MS + 1) * DAY_MS


def _is_full(calls: deque[float], limit: int | None, now: float, seconds: int) -> bool:
    while calls and not now - seconds < calls[0] <= now:
        calls.popleft()
    return limit is not None and len(calls) >= limit
