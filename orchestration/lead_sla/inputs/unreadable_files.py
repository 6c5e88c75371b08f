"""`on_unreadable` of `feeds.yml`: what a refresh does when a file cannot be read."""

from pathlib import Path

import yaml

from lead_sla.inputs.yaml_files import read_yaml

ON_UNREADABLE = "on_unreadable"
STOP = "stop"
PUBLISH = "publish_with_warning"
CHOICES = (STOP, PUBLISH)


def publishes_without_unreadable(path: Path) -> bool:
    """Whether `feeds.yml`, which `load_feeds` has checked, lets a refresh publish without the files it cannot read.

    Raises:
        InputError: the file is not YAML.
    """
    root = read_yaml(path)
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    return any((key.value, value.value) == (ON_UNREADABLE, PUBLISH) for key, value in entries)
