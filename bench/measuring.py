"""Measures a command: wall-clock seconds, and the peak memory of it and its children."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 0.1
KIB = 1024
GIB = 1024**3


@dataclass(frozen=True)
class Measure:
    """Seconds from start to end, GiB of resident memory at the peak, and what was printed."""

    seconds: float
    peak_gib: float
    output: str


@dataclass
class Watch:
    """Samples the memory of a process and of all its children until it is stopped."""

    pid: int
    done: threading.Event = field(default_factory=threading.Event)
    peak_bytes: int = 0

    def look(self) -> None:
        """Look again and again."""
        while not self.done.wait(LOOK_SECONDS):
            self.peak_bytes = max(self.peak_bytes, sum(_resident(pid) for pid in _family(self.pid)))


def measure(command: Sequence[str | Path], environment: Mapping[str, str]) -> Measure:
    """Run a command to its end; if it fails, so does the benchmark."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    watch = Watch(process.pid)
    looking = threading.Thread(target=watch.look)
    looking.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - began
    watch.done.set()
    looking.join()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{output}")
    return Measure(seconds, watch.peak_bytes / GIB, output)


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        parents[int(status.parent.name)] = int(fields[1])
    family, waiting = [], [pid]
    while waiting:
        member = waiting.pop()
        family.append(member)
        waiting += [child for child, parent in parents.items() if parent == member]
    return family


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended meanwhile
    # Pss counts shared pages once over all processes.
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith("Pss:"))
