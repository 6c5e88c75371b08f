"""The calls of the last 24 hours, and the length of a URL."""

from collections import deque
from datetime import datetime, timedelta

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.exchange import Answer
from tests.support.salesforce.refusals import limit_exceeded

DAY = timedelta(days=1)


class Limits:
    """Counts calls by the company's clock. A login is none."""

    def __init__(self, company: SalesforceCompany) -> None:
        """Begin with no call used."""
        self.calls_a_day = 100_000
        self.used_by_others = 0  # of the last 24 hours: other integrations share the limit
        self.url_length = 16_384
        self._company = company
        self._calls: deque[datetime] = deque()

    @property
    def used(self) -> int:
        """The calls of the last 24 hours."""
        while self._calls and self._calls[0] <= self._company.now - DAY:
            self._calls.popleft()
        return len(self._calls) + self.used_by_others

    def refuse(self) -> Answer | None:
        """Count a call, or refuse it."""
        if self.used >= self.calls_a_day:
            return limit_exceeded()
        self._calls.append(self._company.now)
        return None

    def headers(self) -> dict[str, str]:
        """What Salesforce says of them with every answer."""
        return {"Sforce-Limit-Info": f"api-usage={self.used}/{self.calls_a_day}"}
