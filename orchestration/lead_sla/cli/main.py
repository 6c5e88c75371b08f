"""`lead-sla`: the command line, assembled from a module for each group of commands."""

from importlib.metadata import version
from typing import Annotated

import typer

from lead_sla.cli import (
    agreements,
    checking,
    crm,
    docs,
    doctor,
    feeds,
    init,
    landing,
    mail,
    publishing,
    pulling,
    refreshing,
    status,
)
from lead_sla.cli.console import out
from lead_sla.garbage import end_quickly
from lead_sla.telemetry import switch_off

COMMANDS = (
    init.init,
    checking.check,
    refreshing.refresh,
    refreshing.demo,
    status.status,
    pulling.pull,
    landing.land,
    publishing.publish,
    mail.mail,
    docs.docs,
    doctor.doctor,
    agreements.plan,
    agreements.propose,
    agreements.agree,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in COMMANDS:
    app.command()(command)
app.add_typer(feeds.app, name="feeds")
app.add_typer(crm.app, name="crm")


def _show_version(is_requested: bool) -> None:
    if is_requested:
        out.print(f"lead-sla {version('lead-sla')}")
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """The agreement between Marketing and Sales, measured every day."""
    switch_off()
    end_quickly()
