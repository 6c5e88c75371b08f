"""Trying the calls of a pull, for `lead-sla doctor`."""

from collections.abc import Callable, Iterable, Iterator

from lead_sla.crm.errors import PullError


def find_problems(calls: Iterable[Callable[[], object]]) -> Iterator[str]:
    """Make each call once, and say what is wrong; several calls can be refused for the same reason."""
    seen: set[str] = set()
    for call in calls:
        try:
            call()
        except PullError as error:
            problem = str(error)
            if problem not in seen:
                seen.add(problem)
                yield problem
