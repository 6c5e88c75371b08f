"""The command that shows a mail."""

from typing import Annotated

import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.errors import InputError


def mail(
    preview: Annotated[bool, typer.Option("--preview", help="Write the mail into a file instead of sending it.")],
    audience: Annotated[str, typer.Option("--list", help="sales, marketing or executives.")] = "executives",
) -> None:
    """Show the mail about the current publication. Mails are sent by `lead-sla refresh` alone, once each."""
    from lead_sla.reporting.mail import preview_mail  # noqa: PLC0415 - takes a second

    with reported_errors():
        if not preview:
            raise InputError("Emails are sent by `lead-sla refresh`, once each; this command requires --preview.")
        settings = company_settings()
        path = preview_mail(settings, audience, settings.home / f"mail-{audience}.eml")
        print_line(f"Written to {path}; any mail program can open it.")
