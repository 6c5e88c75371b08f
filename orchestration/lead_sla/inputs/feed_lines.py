"""Where something is written in `feeds.yml`, for messages about what only the files or the seeds show to be wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from lead_sla.formatting import show_path
from lead_sla.inputs.crm_sources import is_source, read_sources
from lead_sla.inputs.yaml_files import line_of, read_yaml
from lead_sla.inputs.yaml_reading import NodeReader

# Where the columns of a feed's files are named, and the keys in there with text of another kind.
NAMING_KEYS = ("columns", "record_id", "version", "withdrawn", "events", "where")
WITHOUT_COLUMNS = ("values", "not_values", "constant", "default", "element", "observed", "keep")


def place_in_feeds(feeds_file: Path, feed: str, *keys: str) -> str:
    """File and line of a key of a feed, such as `files` or `columns`, `stage`; of the feed, where it has no such key.

    Raises:
        InputError: the file cannot be read, or is not YAML.
    """
    node = _find_feed(read_yaml(feeds_file), feed)
    line = line_of(node) if node else 1
    for key in keys:
        found = _find(node, key)
        if found is None:
            break
        line, node = found
    return f"{show_path(feeds_file)}, line {line}"


def place_of_columns(feeds_file: Path, feed: str, columns: Sequence[str]) -> str:
    """File and lines of the first key of a feed that names each column of its files; of the feed, if none does.

    Raises:
        InputError: the file cannot be read, or is not YAML.
    """
    node = _find_feed(read_yaml(feeds_file), feed)
    first: dict[str, int] = {}
    for key in NAMING_KEYS:
        found = _find(node, key)
        for name, line in _named_columns(*found) if found else ():
            first[name] = min(line, first.get(name, line))
    lines = sorted({first[column] for column in columns if column in first})
    if not lines:
        return place_in_feeds(feeds_file, feed)
    return f"{show_path(feeds_file)}, line{'s' if lines[1:] else ''} {' and '.join(map(str, lines))}"


def _find_feed(root: yaml.Node | None, name: str) -> yaml.Node | None:
    """The entry of a feed, or the one of a source whose preset makes it."""
    feeds = _find(root, "feeds")
    entries = list(feeds[1].value) if feeds else []
    sources = read_sources(NodeReader(), [entry for entry in entries if is_source(entry)])
    made = {feed: one.node for one in sources for feed in one.source.feed_names}
    named = {found[1].value: entry for entry in entries if (found := _find(entry, "name")) and not is_source(entry)}
    return named.get(name) or made.get(name)


def _find(node: yaml.Node | None, key: str) -> tuple[int, yaml.Node] | None:
    """The line of a key of a mapping, and its value."""
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next(((line_of(name), value) for name, value in entries if name.value == key), None)


def _named_columns(line: int, node: yaml.Node) -> Iterator[tuple[str, int]]:
    """The columns of files that a value names, each with the line of its key; other text can be among them."""
    if isinstance(node, yaml.ScalarNode):
        yield node.value, line
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _named_columns(line_of(item), item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value not in WITHOUT_COLUMNS:
                yield from _named_columns(line_of(key), value)
