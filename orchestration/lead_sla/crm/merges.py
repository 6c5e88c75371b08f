"""Records that were merged into others."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from lead_sla.crm.slices import SliceFolder

Pair = tuple[str, str]  # from, into
MERGE, UNMERGE = "merge", "unmerge"


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
        self._known: set[tuple[str, str, str]] = set()
        self._into: dict[tuple[str, str], set[str]] = {}
        self._from: dict[tuple[str, str], set[str]] = {}
        for line in folder.lines():
            self._learn(line["object"], (line["from_id"], line["into_id"]), line.get("action", MERGE))

    @property
    def known(self) -> Collection[tuple[str, str, str]]:
        """Those that have landed and were not undone: object, from and into."""
        return self._known

    def into(self, object_name: str, record_id: str) -> Collection[str]:
        """The records that have taken one in."""
        return self._into.get((object_name, record_id), ())

    def is_merged(self, object_name: str, record_id: str) -> bool:
        """Whether another record has taken this one in."""
        return bool(self.into(object_name, record_id))

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
        self._write_lines(object_name, [(pair, self._today) for pair in new], None)

    def write_dated(self, object_name: str, dates: Mapping[Pair, str], action: str = MERGE) -> None:
        """Write those that have not landed, or were not undone, of a CRM that says since when."""
        dated = [(pair, at) for pair, at in dates.items() if ((object_name, *pair) in self._known) == (action != MERGE)]
        self._write_lines(object_name, dated, action)

    def _write_lines(self, object_name: str, dated: Sequence[tuple[Pair, str]], action: str | None) -> None:
        if not dated:
            return
        said = {} if action is None else {"action": action}
        lines = [
            {"object": object_name, "from_id": from_id, "into_id": into_id, "merged_date": at, **said}
            for (from_id, into_id), at in dated
        ]
        self._folder.write("merges", {}, lines)
        for pair, _ in dated:
            self._learn(object_name, pair, action or MERGE)

    def _learn(self, object_name: str, pair: Pair, action: str) -> None:
        from_id, into_id = pair
        if action == MERGE:
            self._known.add((object_name, *pair))
            self._into.setdefault((object_name, from_id), set()).add(into_id)
            self._from.setdefault((object_name, into_id), set()).add(from_id)
        else:
            self._known.discard((object_name, *pair))
            self._into.get((object_name, from_id), set()).discard(into_id)
            self._from.get((object_name, into_id), set()).discard(from_id)
