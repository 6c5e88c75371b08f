"""How the command line speaks: where words go, and how an error is told."""

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


def say(line: str) -> None:
    """A line for the reader, as it is."""
    out.print(line, markup=False)


@contextlib.contextmanager
def errors_told() -> Iterator[None]:
    """Errors that we stop for on purpose are shown as their message; anything else is a bug and keeps its traceback."""
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
        InputError: a setting is wrong, or the folder is no company's.
    """
    settings = load_settings()
    if not settings.feeds.exists():
        raise InputError(
            f"{settings.feeds} does not exist. Run this command in the folder of a company, which `lead-sla init DIR` "
            f"creates, or set {PREFIX}FEEDS."
        )
    return settings
