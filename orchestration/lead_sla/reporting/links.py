"""The address of the page."""

from lead_sla.settings import Settings


def page_link(settings: Settings) -> str:
    """The address from the settings, or that of the file on this machine."""
    return settings.page_url or settings.page_path.as_uri()
