"""A company's folder that pulls fill, whichever CRM they read."""

from pathlib import Path
from typing import Any

from lead_sla.crm.clock import Clock
from lead_sla.crm.pulling import PullSummary, pull
from lead_sla.crm.slices import Slice, SliceFolder, read_lines
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings

Lines = dict[str, dict[str, Any]]


class PulledFolder:
    """The folder, and what has landed in it; a class of each CRM says how it is connected."""

    def __init__(self, source: CrmSource, home: Path, clock: Clock) -> None:
        """Nothing is pulled yet."""
        self.source, self.home, self.clock = source, home, clock
        self.reported: list[str] = []

    @property
    def settings(self) -> Settings:
        """The settings of the folder that is pulled into."""
        raise NotImplementedError

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs to find the fake."""
        return {}

    def allow_still_clock(self) -> None:
        """Lift what a pull would have to wait for, where the CRM has such limits."""

    def pull(self) -> PullSummary:
        """Pull what is new."""
        return pull(self.settings, self.source, self.reported.append, self.clock)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All lines that have landed in a folder, in the order of writing."""
        return [dict(line) for line in read_lines(self.folder(name))]

    def folder(self, name: str) -> Path:
        """The slices of an object."""
        return self.home / "landing" / self.source.kind / name

    def headers(self, name: str) -> list[Slice]:
        """The first lines of the slices."""
        return SliceFolder(self.folder(name), self.source.kind, self.clock.now()).headers()

    def current(self, name: str) -> Lines:
        """The current statements of the records that are not gone: the greatest version, of equal ones the later."""
        found: Lines = {}
        for line in self.rows(name):
            if line["version"] >= found.get(line["id"], line)["version"]:
                found[line["id"]] = line
        return {record_id: line for record_id, line in found.items() if not line["archived"]}

    def assert_nothing_twice(self, name: str) -> None:
        """Equal statements of a record have another between them, as when it is archived and restored."""
        last: Lines = {}
        for row in self.rows(name):
            assert last.get(row["id"]) != row, f"a row of {name} landed twice"
            last[row["id"]] = row
