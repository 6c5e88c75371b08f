"""What Salesforce answers when it refuses a call, in its own words and with the remedy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from simple_salesforce.exceptions import SalesforceError

from lead_sla.crm.errors import DailyLimitError, InvalidCallError, MissingError, PullError, RefusedError
from lead_sla.crm.sessions import LATER

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, SERVER_ERROR = 401, 403, 404, 500
LIMIT_EXCEEDED, DEAD_LOCATOR, CONCURRENT = "REQUEST_LIMIT_EXCEEDED", "INVALID_QUERY_LOCATOR", "Concurrent"
LONGEST_TEXT = 300
CREDENTIALS = (
    "LEAD_SLA_SALESFORCE_CLIENT_ID and LEAD_SLA_SALESFORCE_CLIENT_SECRET, or LEAD_SLA_SALESFORCE_PRIVATE_KEY_FILE and "
    "LEAD_SLA_SALESFORCE_USERNAME"
)


class DeadLocatorError(InvalidCallError):
    """The pages of a query cannot be read on; it has to be asked again."""


# What an answer means, and the remedy; a code says more than a status.
JUDGED: Mapping[str | int, tuple[type[PullError], str]] = {
    DEAD_LOCATOR: (DeadLocatorError, "Rerun; nothing of this query was written."),
    LIMIT_EXCEEDED: (DailyLimitError, f"{LATER} Rerun later, or find which integration uses up the calls."),
    UNAUTHORIZED: (RefusedError, f"A new token was refused too: check {CREDENTIALS}. {LATER}"),
    FORBIDDEN: (RefusedError, "Give the app's user the permissions of docs/how-to/connect-salesforce.md, and rerun."),
    NOT_FOUND: (MissingError, "Check LEAD_SLA_SALESFORCE_DOMAIN, and whether the org has this version of the API."),
}


@dataclass(frozen=True)
class Refusal:
    """An answer that is an error: Salesforce's code and message."""

    status: int
    path: str
    message: str
    code: str = ""

    @classmethod
    def read(cls, error: SalesforceError, redact: Callable[[str], str]) -> Self:
        """Read an error of the library; `redact` takes secrets out of its text."""
        path = error.url.partition("?")[0].partition("/services/")[2]
        content: Any = error.content
        first = content[0] if isinstance(content, list) and content else content
        if isinstance(first, dict):
            message, code = str(first.get("message") or ""), str(first.get("errorCode") or "")
        else:
            message, code = str(first), ""
        words = " ".join(redact(message).split())[:LONGEST_TEXT] or "no message"
        return cls(error.status, f"/services/{path}", words, code)

    @property
    def is_concurrent(self) -> bool:
        """Whether too many calls ran at once, which passes."""
        return self.code == LIMIT_EXCEEDED and CONCURRENT in self.message

    def describe(self) -> str:
        """The answer in one piece."""
        return f'{self.path} was answered with {self.status}{f" ({self.code})" if self.code else ""}: "{self.message}"'


def to_error(refusal: Refusal) -> PullError:
    """The error that ends the pull, or the query."""
    kind, remedy = JUDGED.get(refusal.code) or JUDGED.get(refusal.status) or (PullError, _remedy(refusal))
    return kind(f"{refusal.describe()}. {remedy}")


def _remedy(refusal: Refusal) -> str:
    if refusal.status >= SERVER_ERROR:
        return f"Salesforce itself has a problem (https://status.salesforce.com): rerun later. {LATER}"
    return "Nothing of this call was written; rerun, and report it if it happens again."
