"""The command that builds the documentation."""

from lead_sla.cli.console import company_settings, print_line, reported_errors


def docs() -> None:
    """Build the documentation of every model, column, test and metric into one page."""
    from lead_sla.transform.documentation import build_docs  # noqa: PLC0415 - takes a second

    with reported_errors():
        print_line(f"Written to {build_docs(company_settings())}.")
