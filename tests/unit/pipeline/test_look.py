"""What the sensor for new files looks at."""

from pathlib import Path

from lead_sla.pipeline.job import look
from lead_sla.settings import load_settings

FEEDS = """
feeds:
  - name: web
    kind: lead_events
    files: "**/*.csv"
  - name: hubspot
    source: hubspot
"""


def test_files_that_a_pull_writes_are_left_out(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, feeds=tmp_path / "feeds.yml")
    settings.feeds.write_text(FEEDS, encoding="utf-8")
    for name in ("web/a.csv", "hubspot/contacts/1.jsonl", "hubspot/exported.csv"):
        path = settings.landing_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n", encoding="utf-8")
    assert list(look(settings)) == ["hubspot/exported.csv", "web/a.csv"]
