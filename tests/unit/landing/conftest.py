"""What the landing tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.landing_home import LandingHome


@pytest.fixture
def home(tmp_path: Path) -> Iterator[LandingHome]:
    made = LandingHome(tmp_path)
    yield made
    made.connection.close()
