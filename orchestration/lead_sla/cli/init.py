"""The command that makes a company's own folder."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from lead_sla.cli.console import print_line, reported_errors
from lead_sla.inputs.company_folder import write_company_folder


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; it is created if missing.")]) -> None:
    """Create a company's folder: seeds, feeds.yml, rules.yml and .env to fill in. Overwrites nothing."""
    with reported_errors():
        for path in write_company_folder(folder):
            print_line(f"Created {path}")
        is_here = folder.resolve() == Path.cwd()
        start = "`lead-sla demo`" if is_here else f"`cd {quote(str(folder))}` and `lead-sla demo`"
        print_line(f"Run {start}, or fill in the seeds and run `lead-sla refresh`.")
