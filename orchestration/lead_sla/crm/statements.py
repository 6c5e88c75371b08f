"""What has landed of one object: how each record stands, and which statements say something new."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from lead_sla.crm.slices import Line, SliceFolder, to_text

DIGEST_BYTES = 12


class Known(NamedTuple):
    """The current statement of a record; its content as a digest, since a company has many of them."""

    version: str
    is_archived: bool
    link: str | None
    digest: bytes


class Statements:
    """The statements of one object: the greatest version is current, and of equal ones the later."""

    def __init__(self, folder: SliceFolder, link: str = "contact_id") -> None:
        """Read back what has landed.

        Args:
            folder: the slices of the object.
            link: the key with the id of another record, which is kept in memory.
        """
        self.folder = folder
        self._link = link
        self._known: dict[str, Known] = {}
        for line in folder.lines():
            self._learn(line)

    @property
    def known(self) -> Mapping[str, Known]:
        """The current statements by id."""
        return self._known

    def write(
        self, kind: str, window: Mapping[str, str | None], statements: Iterable[Line], *, is_complete: bool = True
    ) -> None:
        """Write a slice with those statements that say something new."""
        self.folder.write(kind, window, list(self._keep_new(statements)), is_complete=is_complete)

    def write_new(self, kind: str, window: Mapping[str, str | None], statements: Iterable[Line]) -> int:
        """Write a slice with those statements that say something new, if there are any; returns how many."""
        new = list(self._keep_new(statements))
        if new:
            self.folder.write(kind, window, new)
        return len(new)

    def read_current(self, ids: Collection[str]) -> dict[str, Line]:
        """The current statements of some records, as they landed; the others are left out."""
        wanted = {record_id for record_id in ids if record_id in self._known}
        found: dict[str, Line] = {}
        if wanted:
            for line in self.folder.lines():
                if line["id"] in wanted and line["version"] >= found.get(line["id"], line)["version"]:
                    found[line["id"]] = line
        return found

    def _keep_new(self, statements: Iterable[Line]) -> Iterator[Line]:
        for statement in statements:
            if self._learn(statement):
                yield statement

    def _learn(self, line: Line) -> bool:
        known = self._summarize(line)
        previous = self._known.get(line["id"])
        if previous is not None and (previous == known or known.version < previous.version):
            return False
        self._known[line["id"]] = known
        return True

    def _summarize(self, line: Line) -> Known:
        digest = hashlib.blake2b(to_text(line).encode(), digest_size=DIGEST_BYTES).digest()
        return Known(line["version"], line["archived"], line.get(self._link), digest)
