"""The example of docs/how-to/bring-your-own-data.md works as described there."""

import re
from datetime import date, datetime
from pathlib import Path

from lead_sla.inputs.feeds import load_feeds
from lead_sla.settings import PROJECT_DIR
from tests.support.landing_home import LandingHome

PAGE = (PROJECT_DIR / "docs/how-to/bring-your-own-data.md").read_text()


def test_the_example_lands_as_described(home: LandingHome, tmp_path: Path) -> None:
    home.put("crm/contacts.csv", block("text"))
    (tmp_path / "feeds.yml").write_text(block("yaml"))
    assert not home.land(*load_feeds(tmp_path / "feeds.yml")).refused
    columns = "row_number, event_id, event_type, occurred_at, occurred_date, segment, channel, attributes"
    assert home.ask(f"select {columns} from raw.lead_events order by row_number") == [
        (2, "c-1", "Demo request", datetime(2026, 11, 2, 8, 30), None, "EMEA", "crm", '{"Owner":"Ada"}'),
        (3, "c-2", "unknown", datetime(2026, 11, 3, 23), None, None, "crm", '{"Owner":"Ada"}'),
        (4, "c-3", "Whitepaper", None, date(2026, 11, 4), "APAC", "crm", None),
    ]
    ((line, column, reason, _),) = home.rejects()
    assert (line, column) == (5, "occurred_at")
    assert f"Line {line} is in `raw.rejected_rows`: `{reason}`" in PAGE


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found.group(1)
