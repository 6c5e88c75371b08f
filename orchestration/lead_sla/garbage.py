"""What programs keep from Python's garbage collector: the hundreds of thousands of objects of loaded libraries.

They are needed to the end, and each collection would look through all of them.
"""

import atexit
import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Load libraries that are needed to the end: nothing is collected meanwhile, and what was loaded never is."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def end_quickly() -> None:
    """Skip the collections at the end of this program, which take seconds and free what is freed anyway."""
    atexit.register(gc.freeze)
