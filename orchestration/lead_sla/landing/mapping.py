"""Applies the column mapping of a feed to a file: the SQL for the text of each canonical column."""

from collections.abc import Iterable, Mapping

from lead_sla.inputs.feed_columns import KINDS
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.typed import trimmed
from lead_sla.sql import literal

OTHER_DELIMITERS = (";", "\t", "|")


def source_columns(feed: Feed) -> list[str]:
    """The source columns that the feed reads, each once."""
    sources = (feed.source_of(column.name) for column in KINDS[feed.kind])
    return list(dict.fromkeys(source.column for source in sources if source and source.column))


def map_columns(feed: Feed, available: Mapping[str, str]) -> dict[str, str]:
    """SQL for the trimmed text of each canonical column, given SQL for the text of each source column.

    Raises:
        FileRefusedError: a column that `feeds.yml` names, or that a canonical feed requires, is not in the file.
    """
    texts: dict[str, str] = {}
    missing: list[str] = []
    for column in KINDS[feed.kind]:
        source = feed.source_of(column.name)
        texts[column.name] = "cast(null as varchar)"
        if source is None:
            continue
        if source.column is None:
            texts[column.name] = literal(str(source.constant))
        elif source.column in available:
            text = trimmed(available[source.column])
            texts[column.name] = text if source.default is None else f"coalesce({text}, {literal(source.default)})"
        elif feed.columns is not None or column.required:
            missing.append(source.column)
    if missing:
        raise FileRefusedError(_explain(missing, list(available)))
    return texts


def collect_attributes(feed: Feed, values: Mapping[str, str]) -> str:
    """SQL for a JSON object of the source columns that are not mapped, without empty ones; null if there are none."""
    mapped = set(source_columns(feed))
    pairs = _pairs((name, value) for name, value in values.items() if name not in mapped)
    # json_merge_patch removes nulls, which json_object keeps.
    return (
        f"cast(nullif(json_merge_patch('{{}}', json_object({pairs})), '{{}}') as json)"
        if pairs
        else "cast(null as json)"
    )


def _pairs(items: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{literal(name)}, {value}" for name, value in items)


def _explain(missing: list[str], found: list[str]) -> str:
    delimiter = next((mark for mark in OTHER_DELIMITERS if len(found) == 1 and mark in found[0]), None)
    if delimiter:
        return f"its columns are separated by {delimiter!r}. Export it with commas."
    return (
        f"it has no column {', '.join(missing)}; its columns are {', '.join(found)}. Rename the column in the file, or "
        "map it in feeds.yml, under `columns`."
    )
