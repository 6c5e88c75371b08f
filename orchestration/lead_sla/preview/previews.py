"""Previews a file: which feed takes it or could, and what would land."""

import glob
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.landing.files import ENDINGS, FileRefusedError, find_files, identify
from lead_sla.preview.entries import write_entry
from lead_sla.preview.forms import detect_form
from lead_sla.preview.outcomes import Outcome, observe
from lead_sla.preview.proposals import propose
from lead_sla.preview.samples import read_sample
from lead_sla.preview.trials import PreviewedFile, try_landing
from lead_sla.settings import Settings


@dataclass(frozen=True)
class ProposedFeed:
    """An entry of feeds.yml for a file, and what landing makes of the file with it."""

    form: str
    shape: str
    rows: int
    columns: int
    text: str
    decisions: int
    outcome: Outcome


@dataclass(frozen=True)
class TakingFeed:
    """A feed of feeds.yml that takes a file, with what would land, or why landing refuses the file."""

    feed: Feed
    outcome: Outcome | None
    refused: str = ""


@dataclass(frozen=True)
class Preview:
    """What there is to say about a file. A feed is proposed unless one takes the file and rows of it land."""

    file: PreviewedFile
    taking: TakingFeed | None
    proposed: ProposedFeed | None


def preview_file(location: Path, settings: Settings) -> Preview:
    """Look at a file; nothing of the company changes.

    Raises:
        InputError: the file is not there, cannot land whatever the feed, or feeds.yml has mistakes.
    """
    feeds = load_feeds(settings.feeds)
    file = _locate(location, settings)
    taking = _find_taking(feeds, file) if file.is_in_landing else None
    if taking and taking.outcome and taking.outcome.landed.rows_landed:
        return Preview(file, taking, None)
    try:
        return Preview(file, taking, _propose(file, settings))
    except FileRefusedError as refused:
        raise InputError(f"{show_path(location)}: {refused}") from refused


def _locate(location: Path, settings: Settings) -> PreviewedFile:
    if not location.is_file():
        raise InputError(
            f"{show_path(location)} is not a file. Name one, such as {settings.landing_dir}/crm/deals.csv."
        )
    location = location.absolute().parent.resolve() / location.name
    if not location.name.lower().endswith(tuple(ENDINGS)):
        raise InputError(
            f"{show_path(location)}: its name does not end in {', '.join(ENDINGS)}. Export it in one of these formats."
        )
    landing_dir = settings.landing_dir.resolve()
    is_inside = location.is_relative_to(landing_dir)
    root = landing_dir if is_inside else location.parent
    path = location.relative_to(root).as_posix()
    if not find_files(root, glob.escape(path)):
        raise InputError(f"{show_path(location)}: landing passes over files of such a name. Rename it.")
    return PreviewedFile(root, path, is_inside)


def _find_taking(feeds: Sequence[Feed], file: PreviewedFile) -> TakingFeed | None:
    feed = next((one for one in feeds if file.path in find_files(file.root, one.files)), None)
    if feed is None:
        return None
    try:
        return TakingFeed(feed, _land(feed, file))
    except FileRefusedError as refused:
        return TakingFeed(feed, None, str(refused))


def _propose(file: PreviewedFile, settings: Settings) -> ProposedFeed:
    detected = detect_form(identify(file.root, file.path))
    sample = read_sample(file, detected.form, detected.row_id)
    if sample.rows == 0:
        raise InputError(f"{file.path} has no rows. Preview a file that has some.")
    proposal = propose(file.path, detected, sample, settings.business_timezone)
    text = write_entry(proposal.entry)
    decisions = sum(len(doubts) for doubts in proposal.entry.doubts.values())
    outcome = _land(_read_back(text), file)
    return ProposedFeed(detected.seen, proposal.shape, sample.rows, len(sample.columns), text, decisions, outcome)


def _read_back(text: str) -> Feed:
    """The feed that a pasted entry is, by the same reader as every other."""
    with tempfile.TemporaryDirectory(prefix="lead-sla-preview-") as folder:
        path = Path(folder) / "feeds.yml"
        path.write_text(f"feeds:\n{text}", encoding="utf-8")
        (feed,) = load_feeds(path)
        return feed


def _land(feed: Feed, file: PreviewedFile) -> Outcome:
    with try_landing(feed, file) as trial:
        return observe(feed, trial)
