"""Whether each CRM in feeds.yml can be read."""

from collections.abc import Iterator

from lead_sla.cli.findings import Finding
from lead_sla.crm.pulling import check_access
from lead_sla.errors import InputError, LeadSlaError
from lead_sla.formatting import show_count
from lead_sla.inputs.crm_sources import load_sources
from lead_sla.settings import Settings


def check_sources(settings: Settings) -> Iterator[Finding]:
    """Can each CRM be read: the token, its scopes, and the calls that are left today?"""
    try:
        sources = load_sources(settings.feeds)
    except InputError:
        return  # which is what `check_feeds` reports
    for source in sources:
        name = f"source {source.name}"
        try:
            access = check_access(settings, source)
        except LeadSlaError as error:
            yield Finding(name, "problem", str(error))
            continue
        for problem in access.problems:
            yield Finding(name, "problem", problem)
        left = "" if access.calls_left is None else f"; {show_count(access.calls_left, 'call')} left today"
        if not access.problems:
            yield Finding(name, "ok", f"{access.url} can be read{left}")
