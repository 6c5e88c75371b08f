"""A request to the fake and its answer."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """A request as the log keeps it, without headers and without the body of a login: they hold secrets."""

    number: int  # of all requests, from 1
    method: str
    host: str
    path: str
    query: dict[str, str]
    version: str = ""  # of the API
    endpoint: str = ""  # such as `token`, `queryAll Lead`, `more Lead`, `describe Lead` or `limits`
    nth: int = 0  # of the requests to this endpoint, from 1
    rows: int | None = None  # the fault of a short page: so many, whatever the limit
    status: int = 0  # of the answer; 0 when the connection was dropped

    @property
    def soql(self) -> str:
        """The query, of a request that begins one."""
        return self.query.get("q", "")


@dataclass
class Answer:
    """An answer: JSON, or text as a proxy on the way gives it."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> tuple[bytes, str]:
        """The bytes and their content type."""
        if isinstance(self.body, str):
            return self.body.encode(), "text/html"
        return json.dumps(self.body).encode(), "application/json;charset=UTF-8"
