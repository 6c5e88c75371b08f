"""`lead-sla` as its users run it: a process of its own, with settings in the environment.

`lead_sla` and `fork_lead_sla` fork the process from one that has already imported the libraries, which takes
longer than most commands; `start_lead_sla` starts the installed program.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from lead_sla.settings import PREFIX, Settings

LEAD_SLA = str(Path(sys.executable).with_name("lead-sla"))
LONGEST_SECONDS = 600
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.preloaded"])


class ForkedCommand:
    """A command in a forked process, which writes its output and errors into files."""

    def __init__(self, settings: Settings, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        """Start it."""
        self.arguments = arguments
        self._folder = tempfile.TemporaryDirectory(prefix="lead-sla-command-")
        self._files = [Path(self._folder.name) / name for name in ("output", "errors")]
        self.process: ForkServerProcess = FORKS.Process(
            target=_run, args=(arguments, environment_of(settings, environment), settings.home, self._files)
        )
        self.process.start()

    def wait(self, seconds: float = LONGEST_SECONDS) -> subprocess.CompletedProcess[str]:
        """Wait for its end. Raises TimeoutExpired if that takes longer."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.arguments, seconds)
        output, errors = (path.read_text(encoding="utf-8") if path.exists() else "" for path in self._files)
        return subprocess.CompletedProcess(self.arguments, self.process.exitcode, output, errors)


def lead_sla(settings: Settings, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the company of `settings` to its end."""
    return ForkedCommand(settings, arguments, environment).wait()


def fork_lead_sla(settings: Settings, *arguments: str, **environment: str) -> ForkedCommand:
    """Start a command on the company of `settings`."""
    return ForkedCommand(settings, arguments, environment)


def start_lead_sla(settings: Settings, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the installed program on the company of `settings`; its output can be read as text."""
    return subprocess.Popen(
        [LEAD_SLA, *arguments],
        env=environment_of(settings, environment),
        cwd=settings.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def environment_of(settings: Settings, environment: dict[str, str]) -> dict[str, str]:
    """This process's environment without its own company, and with that of `settings`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DBT_", "DAGSTER_"))}
    places = {
        f"{PREFIX}HOME": str(settings.home),
        f"{PREFIX}SEEDS": str(settings.seeds),
        f"{PREFIX}FEEDS": str(settings.feeds),
    }
    # Small tables are built faster by one thread than by several.
    return inherited | places | {f"{PREFIX}THREADS": "1"} | environment


def _run(arguments: tuple[str, ...], environment: dict[str, str], home: Path, files: list[Path]) -> None:
    """The forked process: what a shell sets up before it starts a program, and the program."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(home)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    for descriptor, path in enumerate(files, start=1):
        with path.open("wb") as file:
            os.dup2(file.fileno(), descriptor)
    sys.argv = [LEAD_SLA, *arguments]
    from lead_sla.cli.main import app  # noqa: PLC0415 - reads the environment when it is imported

    app()
