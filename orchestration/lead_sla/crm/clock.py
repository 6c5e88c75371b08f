"""The one clock of a pull: what time it is, and waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """Both are parameters, so that a test can decide on the time and need not wait."""

    now: Callable[[], datetime]
    wait: Callable[[float], None]


SYSTEM_CLOCK = Clock(lambda: datetime.now(UTC), time.sleep)
