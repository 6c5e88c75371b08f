"""The mail, as a real server gets it: every figure the mart's, once per publication, and never silent when it fails."""

import json
import re
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
import trustme

from lead_sla.mart.reading import fetch, open_version
from lead_sla.mart.status import read_sla_statuses
from lead_sla.publishing import Publication, current_version
from lead_sla.reporting import smtp
from lead_sla.reporting.mail import preview_mail, send_mails
from lead_sla.reporting.wording import describe
from lead_sla.reporting.workbook import write_workbook
from lead_sla.settings import Settings, load_settings
from tests.integration.reporting.mail_figures import expected_changes
from tests.support.harness import Company
from tests.support.reported_company import PUBLISHED_AT
from tests.support.servers import LOGIN, Mailbox, authority, mail_server

NOW = PUBLISHED_AT + timedelta(minutes=5)
LISTS = {
    "mail_sales": ("sam@sales.example", "sue@sales.example"),
    "mail_marketing": ("mia@marketing.example",),
    "mail_executives": ("eve@boss.example",),
    "mail_engineers": ("dan@data.example",),
}

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # which is what is tested


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return authority()


@pytest.fixture(autouse=True)
def trusted(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 2.0)


@pytest.fixture
def server(ca: trustme.CA) -> Iterator[Mailbox]:
    with mail_server(ca, "starttls") as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def with_workbook(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published company with its workbook."""
    home = tmp_path_factory.mktemp("with_workbook")
    shutil.copytree(company.settings.published_dir, home / "published", symlinks=True)
    version = (home / "published" / "current").resolve()
    with open_version(company.settings, version) as mart:
        write_workbook(mart, version / "lead_sla.xlsx")
    return home


@pytest.fixture
def home(with_workbook: Path, tmp_path: Path) -> Path:
    """The same, for one test to mail about."""
    return shutil.copytree(with_workbook, tmp_path / "home", symlinks=True)


def configure(home: Path, port: int, **more: object) -> Settings:
    return load_settings(
        **{"home": home, "mail_host": "localhost", "mail_port": port, "mail_from": "sla@lead.example", **LISTS, **more}
    )


def published(settings: Settings) -> Publication:
    publication = current_version(settings)
    assert publication is not None
    return publication


def send(settings: Settings, now: datetime = NOW) -> list[str]:
    return send_mails(settings, published(settings), now)


class Text(HTMLParser):
    """The text of a page, and the tags it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's own signature
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_each_list_gets_its_mail_and_the_figures_are_the_mart_s(home: Path, server: Mailbox) -> None:
    settings = configure(home, server.port, page_url="https://lead.example/sla")
    assert send(settings) == []
    assert sorted(server.recipients) == [
        ["eve@boss.example"],
        ["mia@marketing.example"],
        ["sam@sales.example", "sue@sales.example"],
    ]
    with open_version(settings, settings.published_dir / "current") as mart:
        lines = {describe(sla) for sla in read_sla_statuses(mart)}
        labels = [row["label"] for row in fetch(mart, "from dim_slas")]
        changes = expected_changes(mart)
    for mail in server.mails:
        assert mail["Subject"] == "Lead SLA 2026-06-17: 2 behind, 1 at risk, 1 on track, 1 ahead, 1 no target"
        text = plain(mail)
        html = Text(mail.get_body(("html",)).get_content())
        shown = re.sub(r"\s+", " ", " ".join(html.parts))
        for line in lines:
            assert f"- {line}\n" in text
            assert line in shown
        for change in changes:
            assert f"- {change}\n" in text
            assert change in shown
        assert all(label in shown for label in labels)
        assert html.tags <= {"html", "head", "meta", "body", "h1", "h2", "p", "strong", "img", "ul", "li", "a"}
        assert 'late events, 2026-05 to 2026-06: Leads, "all" <regions> & more 1 figure, +1; ' in text
        assert "https://lead.example/sla" in text


def test_the_picture_and_the_workbook_come_along(home: Path, server: Mailbox) -> None:
    assert send(configure(home, server.port)) == []
    mail = server.mails[0]
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["image/png"].get_content().startswith(b"\x89PNG")
    assert parts["image/png"]["Content-ID"] == "<waterfall>"
    assert 'src="cid:waterfall"' in mail.get_body(("html",)).get_content()
    (workbook,) = mail.iter_attachments()
    assert workbook.get_filename() == "lead_sla.xlsx"
    assert workbook.get_content() == (home / "published" / "current" / "lead_sla.xlsx").read_bytes()


def test_a_publication_is_mailed_once_however_often_the_job_is_retried(home: Path, server: Mailbox) -> None:
    settings = configure(home, server.port)
    assert [send(settings) for _ in range(3)] == [[], [], []]
    assert len(server.mails) == 3
    folder = home / "published" / "mail" / published(settings).run_id
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{name}.{kind}" for name in ("executives", "marketing", "sales") for kind in ("eml", "json")
    ]
    kept = message_from_bytes((folder / "sales.eml").read_bytes(), policy=default)
    sent = next(mail for mail in server.mails if "sam@sales.example" in mail["To"])
    assert (kept["Message-ID"], plain(kept)) == (sent["Message-ID"], plain(sent))
    assert json.loads((folder / "sales.json").read_text())["accepted"] == list(LISTS["mail_sales"])


def test_a_bad_recipient_does_not_keep_the_others_from_it_and_is_named(home: Path, server: Mailbox) -> None:
    server.refuse = {"sue@sales.example": "550 no such user"}
    settings = configure(home, server.port)
    (problem,) = send(settings)
    assert problem == (
        f"Email to sales: The mail server localhost:{server.port} refused sue@sales.example (550 no such user). "
        "Check the address."
    )
    assert ["sam@sales.example"] in server.recipients
    assert send(settings) == []


def test_one_that_is_refused_for_now_is_tried_again_and_the_others_are_not(home: Path, server: Mailbox) -> None:
    server.refuse = {"sue@sales.example": "451 try later"}
    settings = configure(home, server.port)
    assert "It is retried with the next run." in send(settings)[0]
    server.refuse = {}
    assert send(settings) == []
    assert server.recipients[-1] == ["sue@sales.example"]
    assert len(server.mails) == 4


def test_a_server_that_refuses_everything_is_named_and_tried_again(home: Path, server: Mailbox) -> None:
    server.refuse_all = "554 not today"
    settings = configure(home, server.port)
    problems = send(settings)
    assert len(problems) == 3
    assert all("did not accept the email: 554 not today" in problem for problem in problems)
    server.refuse_all = None
    assert send(settings) == []
    assert len(server.mails) == 3


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_login_works_on_every_kind_of_connection(home: Path, ca: trustme.CA, security: str) -> None:
    user, password = LOGIN
    with mail_server(ca, security, with_login=True) as mailbox:
        settings = configure(home, mailbox.port, mail_security=security, mail_user=user, mail_password=password)
        assert send(settings) == []
    assert len(mailbox.mails) == 3


def test_a_wrong_password_is_named_and_never_shown(home: Path, ca: trustme.CA) -> None:
    with mail_server(ca, "starttls", with_login=True) as mailbox:
        problems = send(configure(home, mailbox.port, mail_user=LOGIN[0], **{"mail_password": "wr0ng-s3cret"}))
    assert "refused the login of robot (535" in problems[0]
    assert "LEAD_SLA_MAIL_PASSWORD" in problems[0]
    assert "wr0ng-s3cret" not in " ".join(problems)
    folder = home / "published" / "mail"
    assert not [path for path in folder.rglob("*") if path.is_file() and b"wr0ng-s3cret" in path.read_bytes()]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_somebody_else_is_not_trusted(home: Path, ca: trustme.CA, security: str) -> None:
    with mail_server(ca, security, name="elsewhere.example") as mailbox:
        problems = send(configure(home, mailbox.port, mail_security=security))
    assert "cannot be trusted" in problems[0]
    assert mailbox.mails == []


def test_a_server_that_does_not_answer_or_is_not_there_is_given_up(home: Path) -> None:
    with socket.create_server(("localhost", 0)) as silent:
        port = silent.getsockname()[1]
        lonely = {"mail_marketing": (), "mail_executives": ()}
        assert "timed out" in send(configure(home, port, **lonely))[0]
    assert "Connection refused" in send(configure(home, port, **lonely))[0]


def test_stale_data_are_not_sent_and_the_engineers_hear_why_once(home: Path, server: Mailbox) -> None:
    settings = configure(home, server.port)
    late = NOW + timedelta(days=2)
    assert [send(settings, late), send(settings, late)] == [[], []]
    assert server.recipients == [["dan@data.example"]]
    assert server.mails[0]["Subject"] == "Lead SLA: no email was sent, the data is stale"
    assert "The figures end on 2026-06-17, and today is 2026-06-20." in plain(server.mails[0])
    quiet = published(settings).model_copy(update={"data_through": None, "run_id": published(settings).run_id})
    shutil.rmtree(home / "published" / "mail")
    assert send_mails(settings, quiet, NOW) == []
    assert "The last booking was on never" in plain(server.mails[1])


def test_without_a_server_nothing_is_sent_and_a_list_without_one_is_reported(home: Path) -> None:
    alone = {name: () for name in LISTS}
    settings = load_settings(home=home, **alone)
    assert send(settings) == []
    assert send(load_settings(home=home, mail_sales=("a@b.example",))) == [
        "LEAD_SLA_MAIL_SALES is set, but LEAD_SLA_MAIL_HOST is not, so no email was sent."
    ]


def test_mails_go_when_the_version_that_they_are_about_goes(home: Path, server: Mailbox) -> None:
    old = home / "published" / "mail" / "gone"
    old.mkdir(parents=True)
    assert send(configure(home, server.port)) == []
    assert not old.exists()


def test_a_preview_is_the_mail_and_sends_nothing(home: Path, server: Mailbox, tmp_path: Path) -> None:
    settings = configure(home, server.port)
    path = preview_mail(settings, "executives", tmp_path / "preview.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["To"] == "eve@boss.example"
    assert message["Date"] is not None
    assert datetime.fromisoformat(str(message["Date"].datetime)).astimezone(UTC) == PUBLISHED_AT
    assert server.mails == []
