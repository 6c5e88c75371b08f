"""The company that every report is tested on, built once."""

import pytest

from tests.harness import Company
from tests.reported_company import publish_reported_company


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Published, and not to be changed: a test that does takes a copy."""
    return publish_reported_company(tmp_path_factory.mktemp("reported"))
