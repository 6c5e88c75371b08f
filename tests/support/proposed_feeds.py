"""Previews files in the landing folder of a company."""

from lead_sla.preview.previews import ProposedFeed, preview_file
from lead_sla.settings import Settings


def propose(settings: Settings, path: str, content: str | bytes) -> ProposedFeed:
    location = settings.landing_dir / path
    location.parent.mkdir(parents=True, exist_ok=True)
    location.write_bytes(content.encode() if isinstance(content, str) else content)
    proposed = preview_file(location, settings).proposed
    assert proposed
    return proposed


def landed(proposed: ProposedFeed) -> tuple[int, int]:
    return proposed.outcome.landed.rows_landed, proposed.outcome.landed.rows_rejected


def moments(proposed: ProposedFeed) -> list[str]:
    at = proposed.outcome.names.index("occurred_at")
    return [row[at] for row in proposed.outcome.rows]
