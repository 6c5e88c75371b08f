"""The output of the command line: where text is printed, and how errors are shown."""

import contextlib
from collections.abc import Iterator

import typer
from rich.console import Console

from lead_sla.errors import InputError, LeadSlaError
from lead_sla.settings import PREFIX, Settings, load_settings

FAILED = 1
WRONG_INPUT = 2

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_line(line: str) -> None:
    """Print a line without markup."""
    out.print(line, markup=False)


@contextlib.contextmanager
def reported_errors() -> Iterator[None]:
    """Show expected errors as their message; any other error is a bug and keeps its traceback."""
    try:
        yield
    except InputError as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(WRONG_INPUT) from error
    except LeadSlaError as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(FAILED) from error


def company_settings() -> Settings:
    """The settings of the company whose folder the command runs in.

    Raises:
        InputError: a setting is invalid, or the folder is not that of a company.
    """
    settings = load_settings()
    if not settings.feeds.exists():
        raise InputError(
            f"{settings.feeds} does not exist. Run this command in the folder of a company, which `lead-sla init DIR` "
            f"creates, or set {PREFIX}FEEDS."
        )
    return settings
