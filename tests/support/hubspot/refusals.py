"""Errors in the shapes in which HubSpot gives them."""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from tests.support.hubspot.exchange import Answer

_SERIAL = itertools.count(1)
SCOPES_PAGE = "https://developers.hubspot.com/scopes"
LIMIT_WORDS = {
    "SECONDLY": "You have reached your secondly limit.",
    "TEN_SECONDLY_ROLLING": "You have reached your ten_secondly_rolling limit.",
    "DAILY": "You have reached your daily limit.",
}


def refusal(status: int, message: str, category: str | None = "VALIDATION_ERROR", **more: Any) -> Answer:
    """An error with a message, an id to quote to HubSpot and, of most kinds, a category."""
    body = {"status": "error", "message": message, "correlationId": str(uuid.UUID(int=next(_SERIAL))), **more}
    return Answer(status, body if category is None else body | {"category": category})


def rate_limited(policy: str, retry_after: int | None = None) -> Answer:
    """429 of the policy SECONDLY, TEN_SECONDLY_ROLLING or DAILY."""
    answer = refusal(429, LIMIT_WORDS[policy], None, errorType="RATE_LIMIT", policyName=policy)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def expired_token() -> Answer:
    """401 of a token that was valid once."""
    context = {"expire time": ["2026-01-20T16:00:00.123Z"]}
    words = "The OAuth token used to make this call expired 0 second(s) ago."
    return refusal(401, words, "EXPIRED_AUTHENTICATION", context=context)


def unknown_token() -> Answer:
    """401 of a token that never was valid, or is missing."""
    words = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return refusal(401, words, "INVALID_AUTHENTICATION")


def missing_scopes(scopes: Sequence[str]) -> Answer:
    """403 with the names of the scopes, one of which would do."""
    return refusal(
        403,
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "
        f"{SCOPES_PAGE}.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": list(scopes)},
            }
        ],
        links={"scopes": SCOPES_PAGE},
    )


def locked() -> Answer:
    """423, which HubSpot gives while it works through a large volume."""
    return refusal(423, "The resource is locked. Please try again later.", None)


def bad_gateway() -> Answer:
    """502 of the proxy before HubSpot: HTML, not JSON."""
    return Answer(502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n")
