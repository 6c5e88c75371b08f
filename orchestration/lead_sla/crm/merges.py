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
        self._merged: set[tuple[str, str]] = set()
        self._from: dict[tuple[str, str], set[str]] = {}
        for name, from_id, into_id in self._known:
            self._learn(name, from_id, into_id)

    def is_merged(self, object_name: str, record_id: str) -> bool:
        """Whether another record has taken this one in."""
        return (object_name, record_id) in self._merged

    def find_merged(self, object_name: str, record_ids: Iterable[str]) -> set[str]:
        """The records that some records have taken in, and those that these had taken in before."""
        found: set[str] = set()
        remaining = list(record_ids)
        while remaining:
            new = self._from.get((object_name, remaining.pop()), set()) - found
            found |= new
            remaining += new
        return found

    def write(self, object_name: str, pairs: Iterable[Pair]) -> None:
        """Write those that have not landed."""
        new = [pair for pair in dict.fromkeys(pairs) if (object_name, *pair) not in self._known]
        if not new:
            return
        self._folder.write(
            "merges",
            {},
            (
                {"object": object_name, "from_id": from_id, "into_id": into_id, "merged_date": self._today}
                for from_id, into_id in new
            ),
        )
        for pair in new:
            self._known.add((object_name, *pair))
            self._learn(object_name, *pair)

    def _learn(self, object_name: str, from_id: str, into_id: str) -> None:
        self._merged.add((object_name, from_id))
        self._from.setdefault((object_name, into_id), set()).add(from_id)
