"""The extra `spark` and the rest of the project in one environment."""

import subprocess
import sys


def test_great_expectations_can_be_imported_beside_pyspark() -> None:
    """It imports pyspark where it finds it, and some modules of pyspark end the process if a package is missing."""
    done = subprocess.run(
        [sys.executable, "-c", "import great_expectations; print('imported')"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("imported\n"), done.stdout + done.stderr
