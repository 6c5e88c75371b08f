"""The checks of everything that users write, before anything is read or written because of it."""

from collections.abc import Callable, Mapping

from lead_sla.errors import InputError


class InputCheckError(InputError):
    """Something that users write is wrong, so nothing was landed; `step` is the check that failed."""

    def __init__(self, step: str, message: str) -> None:
        super().__init__(message)
        self.step = step


def run_input_checks(checks: Mapping[str, Callable[[], None]]) -> None:
    """Run the checks, which are by display name, up to the first that fails.

    Raises:
        InputCheckError: it failed.
    """
    for step, check in checks.items():
        try:
            check()
        except InputError as error:
            raise InputCheckError(step, str(error)) from None  # Dagster prints the tracebacks of all causes
