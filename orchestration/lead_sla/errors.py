"""The errors that reach a person. Every message says what is wrong, where, and what to do next."""


class LeadSlaError(Exception):
    """Anything this product stops for on purpose."""


class InputError(LeadSlaError):
    """A setting, a seed, `feeds.yml` or a file is wrong; the person who wrote it can mend it. Exit code 2."""


class DiskFullError(LeadSlaError):
    """Something could not be written because the disk is full. Nothing has to be repaired. Exit code 1."""


class CheckFailedError(LeadSlaError):
    """A data-quality check failed, so nothing was published. Exit code 1."""
