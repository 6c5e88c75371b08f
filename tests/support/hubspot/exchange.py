"""A request to the fake and its answer."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """A request as the log keeps it, without its headers: they hold the token."""

    number: int  # of all requests, from 1
    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    endpoint: str = ""  # such as `list contacts`, `search deals` or `stages`
    nth: int = 0  # of the requests to this endpoint, from 1
    rows: int | None = None  # the fault of a short page: so many, whatever the limit
    status: int = 0  # of the answer; 0 when the connection was dropped

    def names(self, parameter: str) -> list[str]:
        """The names in a comma-separated parameter, or in a list of the body."""
        given = self.body.get(parameter) or [*filter(None, self.query.get(parameter, "").split(","))]
        return [str(name) for name in given]


@dataclass
class Answer:
    """An answer: JSON, or text as a proxy on the way gives it."""

    status: int
    body: dict[str, Any] | str
    headers: dict[str, str] = field(default_factory=dict)
    is_cut_off: bool = False  # the connection ends in the middle of the body

    def encode(self) -> tuple[bytes, str]:
        """The bytes and their content type."""
        if isinstance(self.body, str):
            return self.body.encode(), "text/html"
        return json.dumps(self.body).encode(), "application/json;charset=utf-8"
