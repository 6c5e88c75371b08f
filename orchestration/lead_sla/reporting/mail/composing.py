"""Composes the email: plain text, the same as HTML with the waterfall, and the workbook."""

from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from lead_sla.mart.reading import open_version
from lead_sla.publishing.manifest import Publication
from lead_sla.reporting.charts.png import render_waterfall_png
from lead_sla.reporting.links import page_link
from lead_sla.reporting.mail.news import News, read_news
from lead_sla.reporting.smtp import POLICY
from lead_sla.settings import WORKBOOK_FILE, Settings

SPREADSHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
# Colors that are readable on white and on black, since a mail client can use either.
COLORS = {
    "met": "#1a8f6b",
    "ahead": "#1a8f6b",
    "on_track": "#3d86b8",
    "at_risk": "#b97a00",
    "behind": "#cf5a14",
    "missed": "#cf5a14",
    "too_early": "#808890",
    "no_target": "#808890",
}


def compose(settings: Settings, publication: Publication, folder: Path, audience: str) -> EmailMessage:
    """The email about the version in `folder` for one list; the same version results in the same email."""
    with open_version(settings, folder) as mart:
        news = read_news(mart)
        picture = render_waterfall_png(mart, news.worst.sla_id) if news.worst else None
    message = _envelope(settings, publication, audience)
    message["Subject"] = one_line(news.subject)
    link = page_link(settings)
    message.set_content(_render("mail.txt.j2", news, link))
    html = _render("mail.html.j2", news, link, has_picture=picture is not None)
    message.add_alternative(html, subtype="html")
    if picture is not None:
        message.get_payload()[1].add_related(  # type: ignore[union-attr, index]
            picture, "image", "png", cid="<waterfall>", filename="waterfall.png", disposition="inline"
        )
    workbook = folder / WORKBOOK_FILE
    if workbook.exists():
        message.add_attachment(workbook.read_bytes(), *SPREADSHEET, filename=WORKBOOK_FILE)
    return message


def compose_notice(settings: Settings, publication: Publication, subject: str, text: str) -> EmailMessage:
    """A short plain-text email for the engineers."""
    message = _envelope(settings, publication, "engineers")
    message["Subject"] = one_line(subject)
    message.set_content(f"{text}\n\n{page_link(settings)}\n")
    return message


def one_line(text: str) -> str:
    """Text for a header, without line breaks, so that a name cannot start another header."""
    return " ".join(text.split())


def _envelope(settings: Settings, publication: Publication, audience: str) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = settings.mail_from or "lead-sla@localhost"
    message["To"] = ", ".join(getattr(settings, f"mail_{audience}")) or "undisclosed-recipients:;"
    message["Date"] = format_datetime(publication.published_at)
    domain = str(message["From"]).rpartition("@")[2]
    message["Message-ID"] = f"<{publication.run_id}.{audience}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _render(template: str, news: News, link: str, *, has_picture: bool = False) -> str:
    return _templates().get_template(template).render(news=news, link=link, colors=COLORS, has_picture=has_picture)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
