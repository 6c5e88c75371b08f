"""Where something is written in `feeds.yml`, for messages about what only the files or the seeds show to be wrong."""

from pathlib import Path

import yaml

from lead_sla.formatting import show_path
from lead_sla.inputs.yaml_files import line_of, read_yaml


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


def _find_feed(root: yaml.Node | None, name: str) -> yaml.Node | None:
    feeds = _find(root, "feeds")
    for entry in feeds[1].value if feeds else ():
        found = _find(entry, "name")
        if found and found[1].value == name:
            return entry
    return None


def _find(node: yaml.Node | None, key: str) -> tuple[int, yaml.Node] | None:
    """The line of a key of a mapping, and its value."""
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next(((line_of(name), value) for name, value in entries if name.value == key), None)
