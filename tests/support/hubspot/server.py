"""The fake over HTTP, on loopback and a free port."""

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.endpoints import Endpoints
from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.faults import DROPPED, Faults
from tests.support.hubspot.limits import Limits
from tests.support.hubspot.records import CONTACTS, DEALS
from tests.support.hubspot.refusals import missing_scopes, refusal, unknown_token

TOKEN = "pat-na1-11111111-2222-3333-4444-555555555555"  # noqa: S105 - opens nothing but the fake
SCHEMAS = ("crm.schemas.contacts.read", "crm.schemas.deals.read")


class Server:
    """What tests hold: the address, the log of the requests, faults, limits and the scopes of the token."""

    def __init__(self, company: HubSpotCompany) -> None:
        """Answer for this company."""
        self.company = company
        self.url = ""
        self.token = TOKEN
        self.scopes = {CONTACTS.scope, DEALS.scope, *SCHEMAS}
        self.limits = Limits(company)
        self.faults = Faults()
        self.requests: list[Request] = []
        self.calls: Counter[str] = Counter()
        self._endpoints = Endpoints(company, self.limits)

    def forget(self) -> None:
        """Empty the log and count from 1 again."""
        with self.company.lock:
            self.requests.clear()
            self.calls.clear()

    def handle(self, method: str, target: str, authorization: str, body: bytes) -> Answer:
        """Log a request and answer it."""
        with self.company.lock:
            url = urlsplit(target)
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            request = Request(len(self.requests) + 1, method, url.path, query, json.loads(body or b"{}"))
            answer_it = self._endpoints.find(request)
            self.requests.append(request)
            self.calls[request.endpoint] += 1
            request.nth = self.calls[request.endpoint]
            answer = self.faults.before(request) or self._refuse(request, target, authorization)
            if answer is None:
                answer = answer_it()
                self.faults.after(request, answer)
            request.status = answer.status
            headers = {} if request.endpoint.startswith("search") else self.limits.headers()
            return answer if answer is DROPPED else replace(answer, headers={**headers, **answer.headers})

    def _refuse(self, request: Request, target: str, authorization: str) -> Answer | None:
        if len(target) > self.limits.url_length:
            return refusal(414, "The request URI is too long.")
        if authorization != f"Bearer {self.token}":
            return unknown_token()
        missing = [scope for scope in self._endpoints.scopes(request) if scope not in self.scopes]
        if missing:
            return missing_scopes(missing)
        return self.limits.refuse(is_search=request.endpoint.startswith("search"))


@contextlib.contextmanager
def running(company: HubSpotCompany) -> Iterator[Server]:
    """A server for a company, until the block ends."""
    server = Server(company)
    listener = _Listener(server)
    server.url = f"http://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits for the acknowledgment of its headers
    server: _Listener

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.fake.handle(self.command, self.path, self.headers.get("Authorization", ""), body)
        if answer is DROPPED:
            self.close_connection = True
            return
        content, content_type = answer.encode()
        with contextlib.suppress(ConnectionError):  # of a client that was killed
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Type": content_type}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if answer.is_cut_off else content)
            self.close_connection |= answer.is_cut_off

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet: `Server.requests` is the log."""
