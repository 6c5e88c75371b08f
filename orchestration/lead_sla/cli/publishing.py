"""The command that rolls back to an earlier publication, and forward again."""

from typing import Annotated

import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.errors import InputError
from lead_sla.publishing import rollback
from lead_sla.warehouse import hold_lock


def publish(
    back: Annotated[
        bool, typer.Option("--rollback", help="Show readers the version before the current one again.")
    ] = False,
    run_id: Annotated[
        str | None, typer.Option("--to", metavar="VERSION", help="The version to show, also a later one.")
    ] = None,
) -> None:
    """Go back to the version published before, or to a named one. `lead-sla refresh` alone publishes a new version."""
    with reported_errors():
        if not back and run_id is None:
            raise InputError(
                "This command requires --rollback or --to VERSION. `lead-sla refresh` publishes a new version."
            )
        settings = company_settings()
        with hold_lock(settings, "lead-sla publish --rollback", log=print_line):
            rollback(settings, run_id, log=print_line)
