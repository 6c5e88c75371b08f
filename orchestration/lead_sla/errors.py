"""The errors that are shown to users. Every message contains the problem, its place and the remedy."""


class LeadSlaError(Exception):
    """Base class of the expected errors."""


class InputError(LeadSlaError):
    """A setting, a seed, `feeds.yml` or a file is invalid, and the user who wrote it can fix it. Exit code 2."""


class DiskFullError(LeadSlaError):
    """Something could not be written because the disk is full. Nothing has to be repaired. Exit code 1."""


class EngineError(LeadSlaError):
    """The database could not run a query, which says nothing about the data. Exit code 1."""


class CheckFailedError(LeadSlaError):
    """A data-quality check failed, so nothing was published. Exit code 1."""
