"""What stops a pull."""

from lead_sla.errors import LeadSlaError


class PullError(LeadSlaError):
    """A CRM could not be read, after every retry. What has been written so far is kept. Exit code 1."""


class RefusedError(PullError):
    """The CRM refused the credentials, or they lack a scope."""


class InvalidCallError(PullError):
    """The CRM does not accept a call as it is, such as one with a cursor that has expired."""


class MissingError(PullError):
    """The CRM does not have what was asked for."""


class DailyLimitError(PullError):
    """The CRM accepts no more calls today."""
