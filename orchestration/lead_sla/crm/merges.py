"""Records that were merged into others; a CRM names them at the record that is left, and does not say since when."""

from collections.abc import Iterable

from lead_sla.crm.slices import SliceFolder

Pair = tuple[str, str]  # from, into


class Merges:
    """The merges that have landed, by object (`contact`, `deal`)."""

    def __init__(self, folder: SliceFolder, today: str) -> None:
        """Read back what has landed.

        Args:
            folder: the slices of merges.
            today: the business day of this pull, the date of merges that it is the first to see.
        """
        self._folder = folder
        self._today = today
        self._known = {(line["object"], line["from_id"], line["into_id"]) for line in folder.lines()}
        self._merged = {(name, from_id) for name, from_id, _ in self._known}

    def is_merged(self, object_name: str, record_id: str) -> bool:
        """Whether another record has taken this one in."""
        return (object_name, record_id) in self._merged

    def write(self, object_name: str, pairs: Iterable[Pair]) -> list[str]:
        """Write those that have not landed, and return the ids of the records that were merged into others."""
        new = [pair for pair in dict.fromkeys(pairs) if (object_name, *pair) not in self._known]
        if not new:
            return []
        self._folder.write(
            "merges",
            {},
            (
                {"object": object_name, "from_id": from_id, "into_id": into_id, "merged_date": self._today}
                for from_id, into_id in new
            ),
        )
        self._known.update((object_name, *pair) for pair in new)
        self._merged.update((object_name, from_id) for from_id, _ in new)
        return [from_id for from_id, _ in new]
