"""The command that builds the documentation."""

from lead_sla.cli.console import company_settings, reported_errors, say


def docs() -> None:
    """Build the documentation of every model, column, test and metric into one page."""
    from lead_sla.transform.documentation import build_docs  # noqa: PLC0415 - takes a second

    with reported_errors():
        say(f"Written to {build_docs(company_settings())}.")
