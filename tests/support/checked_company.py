"""A small company whose input `lead-sla check` finds in order, and what the command prints."""

from pathlib import Path

from typer.testing import CliRunner, Result

from lead_sla.cli.main import app

LEAD_HEADER = "event_id,lead_id,event_type,occurred_at\n"
FEEDS = """\
feeds:
  - name: website
    kind: lead_events
    files: website/*
  - name: crm
    kind: deal_events
    files: crm/*.csv
    columns:
      event_id: id
      deal_id: id
      stage: {column: status, default: proposal}
      currency: {constant: EUR}
      occurred_at: closed
"""


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def check() -> Result:
    return CliRunner().invoke(app, ["check"])


def problems(result: Result) -> list[str]:
    """The lines of the problems, without the last one, which counts them."""
    assert result.exit_code == 1, result.output
    *lines, last = result.stderr.splitlines()
    assert last.startswith(f"{len(lines)} problem")
    return lines
