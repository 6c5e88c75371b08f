"""A feed with options, read from feeds.yml as users write it."""

from pathlib import Path

from lead_sla.inputs.feeds import Feed, load_feeds

LEAD_COLUMNS = "{event_id: id, lead_id: lead, event_type: type, occurred_at: at, segment: segment}"
DEAL_COLUMNS = (
    "{event_id: id, deal_id: deal, lead_id: lead, stage: stage, amount: amount, currency: currency, occurred_at: at}"
)


def feed(
    folder: Path, options: str, kind: str = "lead_events", columns: str | None = None, files: str = "in/*"
) -> Feed:
    """The only feed of a feeds.yml with these lines of options."""
    columns = columns or (LEAD_COLUMNS if kind == "lead_events" else DEAL_COLUMNS)
    lines = ["name: f", f"kind: {kind}", f"files: {files}", f"columns: {columns}", *options.splitlines()]
    path = folder / "feeds.yml"
    path.write_text("feeds:\n  - " + "\n    ".join(lines) + "\n", encoding="utf-8")
    (loaded,) = load_feeds(path)
    return loaded
