"""The fake over TLS, on loopback and a free port, which is also the proxy to the address that Salesforce has."""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import trustme

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.endpoints import TOKEN_PATH, Endpoints
from tests.support.salesforce.exchange import Answer, Request
from tests.support.salesforce.faults import DROPPED, Faults
from tests.support.salesforce.limits import Limits
from tests.support.salesforce.logins import CLIENT_ID, CLIENT_SECRET, USERNAME, Logins
from tests.support.salesforce.refusals import expired_session, refusal

DOMAIN = "acme.my"  # as simple-salesforce takes it
HOST = f"{DOMAIN}.salesforce.com"
HOSTS = (HOST, "login.salesforce.com", "localhost", "127.0.0.1")
TLS_BEGINS = b"\x16"  # the first byte of a handshake


class Server:
    """What tests hold: the address, the log of the requests, logins, faults, limits and the pages of queries."""

    def __init__(self, company: SalesforceCompany, folder: Path) -> None:
        """Answer for this org; the folder gets the certificate of who vouches for the server, and the private key."""
        self.company = company
        self.url = ""
        self.domain, self.client_id, self.client_secret, self.username = DOMAIN, CLIENT_ID, CLIENT_SECRET, USERNAME
        self.limits = Limits(company)
        self.logins = Logins(company, HOST)
        self._endpoints = Endpoints(company, self.limits)
        self.queries = self._endpoints.queries
        self.faults = Faults(self.logins.expire, self.queries.forget)
        self.requests: list[Request] = []
        self.calls: Counter[str] = Counter()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority = trustme.CA()
        authority.issue_cert(*HOSTS).configure_cert(self.context)
        self.authority_file, self.private_key_file = folder / "authority.pem", folder / "private_key.pem"
        authority.cert_pem.write_to_path(self.authority_file)
        self.private_key_file.write_bytes(self.logins.private_key)

    @property
    def environment(self) -> dict[str, str]:
        """What makes `requests`, in this process or another, find and trust the fake under Salesforce's address."""
        proxy = self.url.replace("https://", "http://")
        names = ("HTTPS_PROXY", "https_proxy")
        nothing = {"NO_PROXY": "", "no_proxy": ""}
        return {**dict.fromkeys(names, proxy), **nothing, "REQUESTS_CA_BUNDLE": str(self.authority_file)}

    def forget(self) -> None:
        """Empty the log and count from 1 again."""
        with self.company.lock:
            self.requests.clear()
            self.calls.clear()

    def handle(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        """Log a request and answer it."""
        with self.company.lock:
            url = urlsplit(target)
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            host, authorization = headers.get("Host", ""), headers.get("Authorization", "")
            request = Request(len(self.requests) + 1, method, host, url.path, query)
            answer_it = self._endpoints.find(request)
            self.requests.append(request)
            self.calls[request.endpoint] += 1
            request.nth = self.calls[request.endpoint]
            answer = self.faults.before(request)
            if answer is None and url.path == TOKEN_PATH:
                answer = self.logins.answer(host, authorization, body)
            answer = answer or self._refuse(target, authorization)
            if answer is None:
                answer = answer_it()
                self.faults.after(request, answer)
            request.status = answer.status
            if answer is DROPPED or request.endpoint == "token":
                return answer
            return Answer(answer.status, answer.body, {**self.limits.headers(), **answer.headers})

    def _refuse(self, target: str, authorization: str) -> Answer | None:
        if len(target) > self.limits.url_length:
            return refusal(414, "URI_TOO_LONG", "The requested URI is too long")
        if not self.logins.is_valid(authorization):
            return expired_session()
        return self.limits.refuse()


@contextlib.contextmanager
def running(company: SalesforceCompany) -> Iterator[Server]:
    """A server for an org, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(company, Path(folder))
        listener = _Listener(server)
        server.url = f"https://localhost:{listener.server_port}"
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

    def handle_error(self, *_arguments: object) -> None:
        """Keep quiet about clients that were killed, or do not trust the certificate."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits for the acknowledgment of its headers
    server: _Listener

    def setup(self) -> None:
        """Begin TLS at once with a client that comes directly; one that uses the proxy asks for a tunnel first."""
        if self.request.recv(1, socket.MSG_PEEK) == TLS_BEGINS:
            self.request = self.server.fake.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """End TLS too, if it has begun."""
        super().finish()
        self.request.close()

    def do_CONNECT(self) -> None:
        """Be at the end of the tunnel."""
        if self.path.rpartition(":")[0] not in HOSTS:
            self.send_error(403, f"No tunnel to {self.path}")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.request = self.server.fake.context.wrap_socket(self.request, server_side=True)
        super().setup()
        self.close_connection = False

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.fake.handle(self.command, self.path, self.headers, body)
        if answer is DROPPED:
            self.close_connection = True
            return
        content, content_type = answer.encode()
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Type": content_type}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a client that was killed
            self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet: `Server.requests` is the log."""
