"""`lead-sla feeds`: what helps to write feeds.yml."""

from pathlib import Path
from typing import Annotated

import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors

app = typer.Typer(no_args_is_help=True, help="Help with feeds.yml.")


@app.callback()
def feeds() -> None:
    """Help with feeds.yml."""


@app.command()
def preview(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file, in the landing folder or anywhere else.")],
) -> None:
    """Propose a feed for a file, and show what would land with it. Changes nothing."""
    from lead_sla.preview.previews import preview_file  # noqa: PLC0415 - takes a second
    from lead_sla.preview.wording import describe_preview  # noqa: PLC0415

    with reported_errors():
        settings = company_settings()
        for line in describe_preview(preview_file(file, settings), settings):
            print_line(line)
