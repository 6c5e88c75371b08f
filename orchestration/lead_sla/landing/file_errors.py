"""Tells errors that one file causes, which refuse that file, from those of the machine, which stop the landing."""

import contextlib
import errno
import os
import re
import zlib
from collections.abc import Iterator

import duckdb

from lead_sla.landing.files import FileRefusedError, LandingFile, UnreadableError

# These concern the warehouse or the memory, whichever file was read.
ENGINE_FAILURES = (
    duckdb.FatalException,
    duckdb.InterruptException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.ConnectionException,
    duckdb.PermissionException,
    duckdb.IntegrityError,
)
SYSTEM_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
SYSTEM_MESSAGES = tuple(os.strerror(code) for code in SYSTEM_ERRORS)
REPORT = "Report the file as a bug, and land it as Parquet."
NAMED_FILE = re.compile(r'file "([^"]+)"')


@contextlib.contextmanager
def refusing(file: LandingFile) -> Iterator[None]:
    """Refuse the file for what the database or a decompressor raises because of it.

    Raises:
        FileRefusedError: names the reason and the remedy.
        duckdb.Error, OSError: the file is not the cause.
    """
    try:
        yield
    except OSError as error:
        if is_of_machine(error, file):
            raise
        raise UnreadableError(error) from error
    except (duckdb.Error, zlib.error, EOFError) as error:
        if is_of_machine(error, file):
            raise
        file.require_unchanged()
        raise FileRefusedError(
            f"it cannot be read: {_first_line(error)}. Export it again, or move it out of the folder."
        ) from error


def is_of_machine(error: Exception, file: LandingFile) -> bool:
    """Whether the machine or the warehouse caused the error, and not the content of the file."""
    if isinstance(error, OSError):
        return error.errno in SYSTEM_ERRORS or error.filename not in (None, str(file.location))
    if isinstance(error, duckdb.IOException):
        named = NAMED_FILE.search(str(error))
        return any(message in str(error) for message in SYSTEM_MESSAGES) or bool(
            named and named[1] != str(file.location)
        )
    return isinstance(error, ENGINE_FAILURES)


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0].rstrip(".")
