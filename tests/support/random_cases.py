"""How many random cases a property test tries, and how much is in each of them."""

import os
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

Row = TypeVar("Row")


def try_cases(few: int, many: int) -> settings:
    """A decorator for a Hypothesis test, which may take its time: a few in `make test`, many in `make soak`."""
    number = many if os.environ.get("SOAK") == "true" else few
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))


def rows_of_groups(
    groups: Iterable[str], row: Callable[[str], st.SearchStrategy[Row]], *, min_size: int = 0, max_size: int
) -> st.SearchStrategy[list[Row]]:
    """Rows of several groups, which share no id, in one file.

    A case that builds models costs what dbt takes for it, however many rows there are. So it tries several histories
    that have nothing to do with one another.
    """
    of_each = [st.lists(row(group), min_size=min_size, max_size=max_size) for group in groups]
    return st.tuples(*of_each).map(lambda lists: list(chain.from_iterable(lists)))
