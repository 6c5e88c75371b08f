"""Checks constants and defaults of `feeds.yml` against the seeds: rows with a code that is in none are quarantined."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lead_sla.inputs.feed_columns import KINDS, event_kind
from lead_sla.inputs.feed_lines import place_in_feeds
from lead_sla.inputs.feeds import Feed
from lead_sla.inputs.record_feeds import CODES
from lead_sla.inputs.seed_reading import SeedFile, read_seed
from lead_sla.inputs.seed_tables import TABLES, find_table
from lead_sla.inputs.seed_values import RESERVED_SEGMENT, did_you_mean

ALLOWED = {column.name: column.allowed for columns in KINDS.values() for column in columns if column.allowed}
SEEDS_OF_CODES = {"event_type": "event_types", "stage": "deal_stages", "currency": "exchange_rates"}


def check_feed_codes(
    feeds: Sequence[Feed], feeds_file: Path, seeds_dir: Path, reporting_currency: str
) -> Iterator[str]:
    """A sentence for each constant, default or mapped value that is no event type, stage, currency or allowed text.

    The file of the codes counts as far as it can be read; what is wrong in it is reported by `check_seeds`.
    """
    seeds = {table.name: read_seed(table, seeds_dir) for table in TABLES if table.name in SEEDS_OF_CODES.values()}
    for feed in feeds:
        for key, column, given in _list_given(feed):
            problem = _find_problem(column, given, seeds, reporting_currency)
            if problem:
                yield f"{place_in_feeds(feeds_file, feed.name, key, column)}, feed {feed.name}: {problem}"


def _list_given(feed: Feed) -> Iterator[tuple[str, str, str]]:
    """Where feeds.yml itself gives a value: the key of the feed, the column of ours, and the value."""
    for column, source in (feed.columns or {}).items():
        if given := source.constant or source.default:
            yield "columns", column, given
    for column, words in feed.options.values.items():
        for given in words.values():
            yield "values", column, given
    if feed.records:
        code = CODES[event_kind(feed.kind)]
        words = feed.options.values.get(code, {})
        for entry in feed.records.entries:
            if entry.is_constant:
                yield "events", code, words.get(entry.code, entry.code)


def _find_problem(column: str, given: str, seeds: dict[str, SeedFile], reporting_currency: str) -> str | None:
    if column == "segment" and given == RESERVED_SEGMENT:
        return f"the segment '{given}' is the sum of all segments. Name the segment of the rows, or leave the line out."
    if column in ALLOWED and given not in ALLOWED[column]:
        allowed = " or ".join(ALLOWED[column])
        return f"the {column.replace('_', ' ')} '{given}' is unknown, so its rows would be rejected. Use {allowed}."
    if column not in SEEDS_OF_CODES:
        return None
    seed = seeds[SEEDS_OF_CODES[column]]
    known = _codes(seed, column) | ({reporting_currency} if column == "currency" else set())
    if given in known or not seed.complete:
        return None
    remedy = did_you_mean(given, known) or f" Add it to {seed.path}."
    return f"the {column.replace('_', ' ')} '{given}' is not in {seed.path}, so its rows would be quarantined.{remedy}"


def known_codes(column: str, seeds_dir: Path) -> set[str] | None:
    """The event types or stages of their seed with all aliases; None if the seed cannot be read to its end."""
    seed = read_seed(find_table(SEEDS_OF_CODES[column]), seeds_dir)
    return _codes(seed, column) if seed.complete else None


def _codes(seed: SeedFile, column: str) -> set[str]:
    return {code for row in seed.rows for code in (row.texts[column], *(row.values.get("aliases") or ()))}
