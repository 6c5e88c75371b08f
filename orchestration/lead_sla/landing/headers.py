"""The names of a file's columns: one that nothing maps may occur twice, and both are kept."""

from collections import Counter
from collections.abc import Sequence

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.mapping import source_columns


def tell_apart(feed: Feed, names: Sequence[str]) -> list[str]:
    """The names in their order, numbered where one occurs more than once: `Owner [1]`, `Owner [2]`.

    Raises:
        FileRefusedError: the feed reads a column of which there are several.
    """
    counts = Counter(names)
    repeated = [name for name in source_columns(feed) if counts[name] > 1]
    if repeated:
        raise FileRefusedError(
            f"it names {', '.join(repeated)} more than once. Rename the columns, or map {repeated[0]} [1] or "
            f"{repeated[0]} [2] in feeds.yml, under `columns`."
        )
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name} [{seen[name]}]" if counts[name] > 1 else name)
    return numbered
