"""The command that rolls back to an earlier publication."""

from typing import Annotated

import typer

from lead_sla.cli.console import company_settings, reported_errors, say
from lead_sla.errors import InputError
from lead_sla.publishing import rollback
from lead_sla.warehouse import hold_lock


def publish(
    back: Annotated[bool, typer.Option("--rollback", help="Show readers the version before the current one again.")],
) -> None:
    """Go back to the version published before. A new version is published by `lead-sla refresh` alone."""
    with reported_errors():
        if not back:
            raise InputError("A new version is published by `lead-sla refresh`; this command requires --rollback.")
        settings = company_settings()
        with hold_lock(settings, "lead-sla publish --rollback", log=say):
            rollback(settings, log=say)
