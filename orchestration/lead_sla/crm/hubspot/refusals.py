"""What HubSpot answers when it refuses a call, in its own words and with the remedy."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import requests

from lead_sla.crm.errors import InvalidCallError, MissingError, PullError, RefusedError

TOKEN_SETTING = "LEAD_SLA_HUBSPOT_TOKEN"  # noqa: S105 - the name of the setting, not its value
INVALID, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, SERVER_ERROR = 400, 401, 403, 404, 500
ERRORS: Mapping[int, type[PullError]] = {
    INVALID: InvalidCallError,
    UNAUTHORIZED: RefusedError,
    FORBIDDEN: RefusedError,
    NOT_FOUND: MissingError,
}
SCOPE_LISTS = ("requiredGranularScopes", "requiredScopes", "missingScopes", "scopes")
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Refusal:
    """An answer that is an error: HubSpot's message, category and details."""

    status: int
    path: str
    message: str
    category: str = ""
    policy: str = ""
    scopes: tuple[str, ...] = ()
    correlation_id: str = ""

    @classmethod
    def read(cls, response: requests.Response, redact: Callable[[str], str]) -> Self:
        """Read an answer, which can be anything if it comes from a proxy; `redact` takes secrets out of its text."""
        path = response.request.path_url.partition("?")[0]
        text = redact(response.text)
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            words = " ".join(text.split())[:LONGEST_TEXT]
            return cls(response.status_code, path, words or response.reason or "no message")
        details = [one for one in answer.get("errors") or [] if isinstance(one, dict)]
        messages = [answer.get("message"), *(one.get("message") for one in details)]
        return cls(
            status=response.status_code,
            path=path,
            message=" ".join(dict.fromkeys(str(text) for text in messages if text)) or "no message",
            category=str(answer.get("category") or answer.get("errorType") or ""),
            policy=str(answer.get("policyName") or ""),
            scopes=tuple(dict.fromkeys(scope for one in [answer, *details] for scope in _scopes(one))),
            correlation_id=str(answer.get("correlationId") or ""),
        )

    def describe(self) -> str:
        """The answer in one piece, with what HubSpot's support asks for."""
        words = ", ".join(word for word in (self.category, self.policy) if word)
        answer = f'{self.path} was answered with {self.status}{f" ({words})" if words else ""}: "{self.message}"'
        return f"{answer} (correlation id {self.correlation_id})" if self.correlation_id else answer


def to_error(refusal: Refusal) -> PullError:
    """The error that ends the pull."""
    return ERRORS.get(refusal.status, PullError)(f"{refusal.describe()}. {_remedy(refusal)}")


def _remedy(refusal: Refusal) -> str:
    if refusal.status == UNAUTHORIZED:
        return (
            f"The token is not valid, or no longer: create a service key, or rotate the token of the private app, in "
            f"HubSpot, set {TOKEN_SETTING} and rerun. What was read until now is kept."
        )
    if refusal.status == FORBIDDEN:
        missing = f" these scopes: {', '.join(refusal.scopes)}" if refusal.scopes else " the scopes that it names"
        return f"Give the service key or private app{missing}, and rerun."
    if refusal.status == NOT_FOUND:
        return "Check LEAD_SLA_HUBSPOT_URL, and whether the account has this version of the API."
    if refusal.status >= SERVER_ERROR:
        return (
            "HubSpot itself has a problem (https://status.hubspot.com): rerun later. What was read until now is kept."
        )
    return "Nothing of this call was written; rerun, and report it if it happens again."


def _scopes(detail: Mapping[str, Any]) -> Iterator[str]:
    context = detail.get("context")
    if isinstance(context, dict):
        for name in SCOPE_LISTS:
            found = context.get(name) or []
            yield from [found] if isinstance(found, str) else found
