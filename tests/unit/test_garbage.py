"""What was loaded is kept from the garbage collector, and everything is when a program ends."""

import gc
import subprocess
import sys

from lead_sla.garbage import loading

ENDING = """
import atexit
import gc
from lead_sla.garbage import end_quickly
atexit.register(lambda: print(gc.get_freeze_count() > 0))
end_quickly()
print(gc.get_freeze_count() > 0)
"""


def test_nothing_is_collected_while_libraries_load_and_what_they_loaded_is_not_collected_later() -> None:
    before = gc.get_freeze_count()
    try:
        with loading():
            assert not gc.isenabled()
            loaded = [[] for _ in range(1000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() - before >= len(loaded)
    finally:
        gc.unfreeze()


def test_a_program_ends_without_collections() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "True"]
