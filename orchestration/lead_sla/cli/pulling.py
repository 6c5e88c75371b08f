"""The command that reads what is new from the company's CRM."""

from typing import Annotated

import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.crm.pulling import pull as pull_source
from lead_sla.errors import InputError
from lead_sla.inputs.crm_sources import CrmSource, load_sources
from lead_sla.pipeline.run import full_disk_named
from lead_sla.settings import Settings

Name = Annotated[str | None, typer.Argument(metavar="SOURCE", help="A source in feeds.yml; by default all of them.")]


def pull(name: Name = None) -> None:
    """Read what is new from the CRM into the landing folder, and stop there."""
    with reported_errors():
        settings = company_settings()
        for source in choose_sources(settings, name):
            with full_disk_named(settings):
                summary = pull_source(settings, source, print_line)
            print_line(summary.describe())


def choose_sources(settings: Settings, name: str | None) -> list[CrmSource]:
    """The source of a name, or all of them.

    Raises:
        InputError: there is none, or none of this name.
    """
    sources = load_sources(settings.feeds)
    if not sources:
        raise InputError(
            f"{settings.feeds} has no source. Add one, such as `name: hubspot` with `source: hubspot` "
            "(docs/how-to/connect-hubspot.md, docs/how-to/connect-salesforce.md)."
        )
    chosen = [source for source in sources if name in (None, source.name)]
    if not chosen:
        names = ", ".join(source.name for source in sources)
        raise InputError(f"'{name}' is not a source of {settings.feeds}; the sources are {names}.")
    return chosen
