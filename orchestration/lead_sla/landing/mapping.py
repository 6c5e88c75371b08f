"""Applies the column mapping of a feed to a file: the SQL for the text of each canonical column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lead_sla.inputs.feed_columns import KINDS, Column, event_kind
from lead_sla.inputs.feeds import Feed, Source
from lead_sla.landing.missing_columns import explain_missing
from lead_sla.landing.text_options import conditions_hold, convert, without_nulls
from lead_sla.landing.typed import MappedSource, trimmed
from lead_sla.sql import literal


def mapped_columns(feed: Feed) -> list[str]:
    """The source columns that the feed maps, each once."""
    sources = (feed.source_of(column.name) for column in KINDS[event_kind(feed.kind)])
    mapped = (source.column for source in sources if source and source.column)
    return list(dict.fromkeys([*mapped, *feed.record_columns]))


def amount_columns(feed: Feed) -> list[str]:
    """The source columns from which the feed reads amounts."""
    sources = (feed.source_of(column.name) for column in KINDS[event_kind(feed.kind)] if column.type == "amount")
    return [source.column for source in sources if source and source.column]


def source_columns(feed: Feed) -> list[str]:
    """The source columns that the feed reads, also those that only decide which rows count, each once."""
    return list(dict.fromkeys([*mapped_columns(feed), *(condition.column for condition in feed.options.where)]))


@dataclass(frozen=True)
class MappedColumns:
    """SQL for the columns of a feed; what each field means is documented at `MappedSource`."""

    texts: dict[str, str]
    conversions: dict[str, str]
    numbers: dict[str, str]
    days: frozenset[str]
    condition: str | None
    record_texts: dict[str, str]
    condition_texts: dict[str, str]

    def source(self, relation: str, attributes: str, fault: str, keys: tuple[str, ...]) -> MappedSource:
        """The same for the rows of a relation."""
        return MappedSource(
            relation,
            self.texts,
            attributes,
            fault,
            keys,
            self.conversions,
            self.numbers,
            self.days,
            self.condition,
            self.record_texts,
            self.condition_texts,
        )


def map_columns(feed: Feed, available: Mapping[str, str], numbers: Mapping[str, str]) -> MappedColumns:
    """Map the canonical columns, given SQL for the text of each source column.

    `numbers` has SQL for whether the text of a source column is a plain number, which no format of amounts applies to.

    Raises:
        FileRefusedError: a column that `feeds.yml` names, or that a canonical feed requires, is not in the file.
    """
    sources = {column: feed.source_of(column.name) for column in KINDS[event_kind(feed.kind)]}
    needed = [*(condition.column for condition in feed.options.where), *feed.record_columns]
    for column, source in sources.items():
        if source and source.column and (feed.columns is not None or column.required):
            needed.append(source.column)
    missing = [name for name in dict.fromkeys(needed) if name not in available]
    if missing:
        raise explain_missing(feed, missing, list(available))
    record_texts = {name: without_nulls(trimmed(available[name]), feed.options) for name in feed.record_columns}
    condition_texts = {
        one.column: without_nulls(trimmed(available[one.column]), feed.options) for one in feed.options.where
    }
    condition = conditions_hold(feed.options.where, condition_texts) or None
    mapped = MappedColumns({}, {}, {}, _list_days(feed), condition, record_texts, condition_texts)
    for column, source in sources.items():
        if source and source.column and source.column in available:
            _map_column(mapped, feed, column, source, available[source.column], numbers.get(source.column))
        else:
            constant = source.constant if source else None
            mapped.texts[column.name] = "cast(null as varchar)" if constant is None else literal(constant)
            if constant is not None and column.type == "amount":
                mapped.numbers[column.name] = "true"
            if feed.records and (converted := convert(f"{column.name}_text", column.name, feed.options)):
                mapped.conversions[column.name] = converted
    for column, source in sources.items():
        if column.is_made and source is None:
            mapped.texts[column.name] = _join_others(mapped.texts, column.name)
    return mapped


def _join_others(texts: Mapping[str, str], name: str) -> str:
    """SQL for an id that is the same for rows that say the same."""
    return f"concat_ws(':', {', '.join(text for column, text in texts.items() if column != name)})"


def _map_column(
    mapped: MappedColumns, feed: Feed, column: Column, source: Source, raw: str, is_number: str | None
) -> None:
    text = without_nulls(trimmed(raw), feed.options)
    converted = convert(f"{column.name}_text", column.name, feed.options)
    if source.default is not None:
        default = literal(source.default)
        is_number = f"({text} is null{f' or {is_number}' if is_number else ''})"
        if converted:
            converted = f"coalesce({converted}, {default})"
        else:
            text = f"coalesce({text}, {default})"
    mapped.texts[column.name] = text
    if converted:
        mapped.conversions[column.name] = converted
    if is_number and column.type == "amount":
        mapped.numbers[column.name] = is_number


def _list_days(feed: Feed) -> frozenset[str]:
    sources = {
        column.name: feed.source_of(column.name) for column in KINDS[event_kind(feed.kind)] if column.type == "stamp"
    }
    return frozenset(name for name, source in sources.items() if source and source.column in feed.options.days)


def collect_attributes(feed: Feed, values: Mapping[str, str]) -> str:
    """SQL for a JSON object of the source columns that are not mapped, without empty ones; null if there are none."""
    mapped = set(mapped_columns(feed))
    pairs = _pairs((name, value) for name, value in values.items() if name not in mapped)
    # json_merge_patch removes nulls, which json_object keeps.
    return (
        f"cast(nullif(json_merge_patch('{{}}', json_object({pairs})), '{{}}') as json)"
        if pairs
        else "cast(null as json)"
    )


def _pairs(items: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{literal(name)}, {value}" for name, value in items)
