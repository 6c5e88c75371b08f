"""Finds values of a file that differ in case only from one that a condition of its feed names."""

from collections.abc import Iterator

import duckdb

from lead_sla.formatting import show_some
from lead_sla.inputs.feed_options import Condition
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.typed import MappedSource
from lead_sla.sql import literal

SAMPLE_ROWS = 100_000


def find_other_cases(connection: duckdb.DuckDBPyConnection, feed: Feed, source: MappedSource) -> list[str]:
    """A sentence for each column of a condition that has such values in the first rows."""
    named: dict[tuple[str, str], set[str]] = {}
    for key, condition in _list_conditions(feed):
        named.setdefault((key, condition.column), set()).update(condition.values)
    listed: dict[str, set[str]] = {}
    for (_, column), values in named.items():
        listed.setdefault(column, set()).update(values)
    texts = source.condition_texts | source.record_texts
    sentences = []
    for (key, column), values in named.items():
        sample = f"select {texts[column]} as value from {source.relation} where {source.fault} is null"
        found = connection.execute(
            f"""
            select distinct value
            from ({sample} limit {SAMPLE_ROWS})
            where
                lower(value) in ({_list({value.lower() for value in values})})
                and value not in ({_list(listed[column])})
            order by value
            """
        ).fetchall()
        if found:
            others = show_some([value for (value,) in found])
            sentences.append(
                f"its {column} has {others}, which is not among the values of `{key}` in feeds.yml, "
                f"{show_some(sorted(values))}: upper and lower case differ. List it there as well if it means the same."
            )
    return sentences


def _list_conditions(feed: Feed) -> Iterator[tuple[str, Condition]]:
    """The conditions of a feed, each with the key under which it stands."""
    yield from (("where", condition) for condition in feed.options.where)
    if feed.records:
        yield from (("withdrawn", condition) for condition in feed.records.withdrawn)
        yield from (("when", condition) for entry in feed.records.entries for condition in entry.when)


def _list(words: set[str]) -> str:
    return ", ".join(literal(word) for word in sorted(words))
