"""Puts a preview into words, for the command line."""

from collections.abc import Iterator, Sequence

from lead_sla.formatting import show_count, show_path
from lead_sla.inputs.feed_codes import known_codes
from lead_sla.inputs.feed_columns import event_kind
from lead_sla.inputs.feed_lines import place_in_feeds
from lead_sla.inputs.record_feeds import CODES
from lead_sla.inputs.seed_proposals import SEEDS_OF_KINDS, propose_lines
from lead_sla.preview.outcomes import Outcome
from lead_sla.preview.previews import Preview, ProposedFeed, TakingFeed
from lead_sla.settings import Settings

LONGEST_CELL = 40


def describe_preview(preview: Preview, settings: Settings) -> Iterator[str]:
    """The lines about a file."""
    shown = show_path(preview.file.root / preview.file.path)
    if preview.taking:
        yield from _describe_taking(preview.taking, shown, settings)
    if preview.proposed:
        yield from _describe_proposed(preview.proposed, preview, shown, settings)


def _describe_taking(taking: TakingFeed, shown: str, settings: Settings) -> Iterator[str]:
    place = place_in_feeds(settings.feeds, taking.feed.name)
    if taking.outcome is None:
        yield f"{shown}: feed {taking.feed.name} ({place}) takes this file, and refuses it: {taking.refused}"
    else:
        yield f"{shown}: feed {taking.feed.name} ({place}) takes this file."
        yield from _describe_outcome(taking.outcome, settings)
    if taking.outcome is None or not taking.outcome.landed.rows_landed:
        yield "A file lands for one feed of leads and one of deals. Correct it, or move the file and add this feed:"
        yield ""


def _describe_proposed(proposed: ProposedFeed, preview: Preview, shown: str, settings: Settings) -> Iterator[str]:
    counts = f"{show_count(proposed.rows, 'row')}, {show_count(proposed.columns, 'column')} with values"
    yield f"{shown}: {proposed.form}; {counts}. {proposed.shape}"
    yield ""
    yield f"Feed to add to {show_path(settings.feeds)}, below `feeds:`"
    yield ""
    yield proposed.text
    if not preview.file.is_in_landing:
        yield f"The file has to be below {show_path(settings.landing_dir)}; `files` is its path there."
    if proposed.decisions:
        marked = f"Lines marked with `decide`: {proposed.decisions}."
        yield f"{marked} The file alone does not tell whether they are right; correct them where they are not."
    yield from _describe_outcome(proposed.outcome, settings)


def _describe_outcome(outcome: Outcome, settings: Settings) -> Iterator[str]:
    landed = outcome.landed
    what = "event" if outcome.feed.records else "row"
    counts = [f"{show_count(landed.rows_landed, what)} would land", f"{landed.rows_rejected:,} rejected"]
    if landed.rows_filtered:
        counts.append(f"{landed.rows_filtered:,} filtered")
    yield ", ".join(counts) + (":" if outcome.rows or landed.reasons else ".")
    yield from (f"  {line}" for line in _align([outcome.names, *outcome.rows]) if outcome.rows)
    if landed.reasons:
        yield "Rejected:"
        yield from (f"  {reason}" for reason in landed.reasons)
    yield from (f"Warning: {warning}" for warning in landed.warnings)
    yield from _propose_seed_lines(outcome, settings)


def _align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cut = [[cell if len(cell) <= LONGEST_CELL else f"{cell[: LONGEST_CELL - 3]}..." for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in cut) for at in range(len(cut[0]))]
    for row in cut:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _propose_seed_lines(outcome: Outcome, settings: Settings) -> Iterator[str]:
    """Lines for the codes that no seed has, whose rows would be quarantined."""
    kind = event_kind(outcome.feed.kind)
    known = known_codes(CODES[kind], settings.seeds)
    missing = {code: rows for code, rows in outcome.codes.items() if known is not None and code not in known}
    if missing:
        path, lines = propose_lines(settings.seeds, SEEDS_OF_KINDS[kind], list(missing))
        effect = (
            "check the outcome of each (open, won or lost)"
            if kind == "deal_events"
            else "set is_qualifying and a rank for those that make a lead"
        )
        yield f"Lines for {path}, which has none of these codes; {effect}:"
        yield from lines
