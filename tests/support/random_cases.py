"""How many random cases a property test tries: a few in `make test`, many in `make soak`."""

import os

from hypothesis import HealthCheck, settings


def try_cases(few: int, many: int) -> settings:
    """A decorator for a Hypothesis test, which may take its time."""
    number = many if os.environ.get("SOAK") == "true" else few
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))
