"""Real servers on this machine: one for mails, with or without encryption and login, and one for a webhook's posts."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

LOGIN = ("robot", "s3cret-p4ss")


@dataclass
class Mailbox:
    """What an SMTP server was given, and whom it refuses: replies by recipient, or one for every message."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_all: str | None = None
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """Take a recipient or refuse it."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take the mail or refuse it."""
        if self.refuse_all:
            return self.refuse_all
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


def authority() -> trustme.CA:
    """Who signs the certificates of these servers."""
    return trustme.CA()


@contextlib.contextmanager
def mail_server(
    ca: trustme.CA, security: str, *, name: str = "localhost", with_login: bool = False
) -> Iterator[Mailbox]:
    """An SMTP server: `security` is starttls, tls or none; `name` is whom its certificate is for."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(name).configure_cert(context)
    mailbox = Mailbox()
    options: dict[str, Any] = {"hostname": "localhost", "port": _free_port()}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if security == "tls":
        options |= {"ssl_context": context}
    if with_login:

        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
            right = isinstance(login, LoginPassword) and (login.login.decode(), login.password.decode()) == LOGIN
            return AuthResult(success=right, handled=False)

        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": security == "starttls"}
    controller = Controller(mailbox, **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("localhost", 0)) as somewhere:
        return int(somewhere.getsockname()[1])


@dataclass
class Hook:
    """What a webhook was posted, and its answers: the first ones as listed, 200 after them."""

    url: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    asked: int = 0


@contextlib.contextmanager
def webhook() -> Iterator[Hook]:
    """An HTTP server that takes Slack's kind of posts."""
    hook = Hook("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.asked += 1
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers = hook.answers.pop(0) if hook.answers else (200, {})
            if status == 200:
                hook.texts.append(body["text"])
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/services/T0/secret-token"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
