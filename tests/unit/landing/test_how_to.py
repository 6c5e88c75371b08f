"""The examples of docs/how-to about files work as described there."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.settings import PROJECT_DIR
from tests.support.landing_home import LandingHome

HOW_TO = PROJECT_DIR / "docs" / "how-to"


def test_the_example_lands_as_described(home: LandingHome, tmp_path: Path) -> None:
    page = (HOW_TO / "bring-your-own-data.md").read_text(encoding="utf-8")
    home.put("crm/forms.csv", block(page, "text"))
    assert not home.land(*feeds_of(page, tmp_path)).refused
    columns = "row_number, event_id, event_type, occurred_at, occurred_date, segment, channel, attributes"
    assert home.ask(f"select {columns} from raw.lead_events order by row_number") == [
        (2, "s-1", "Demo request", datetime(2026, 11, 2, 8, 30), None, "EMEA", "crm", '{"Owner":"Ada"}'),
        (3, "s-2", "unknown", datetime(2026, 11, 3, 23), None, None, "crm", '{"Owner":"Ada"}'),
        (4, "s-3", "Whitepaper", None, date(2026, 11, 4), "APAC", "crm", None),
    ]
    ((line, column, reason, _),) = home.rejects()
    assert (line, column) == (5, "occurred_at")
    assert f"Line {line} is in `raw.rejected_rows`: `{reason}`" in page


def test_the_export_with_options_lands_as_described(home: LandingHome, tmp_path: Path) -> None:
    page = (HOW_TO / "feed-options.md").read_text(encoding="utf-8")
    home.put("crm/deals.csv", block(page, "text"))
    assert not home.land(*feeds_of(page, tmp_path)).refused
    columns = "row_number, lead_id, stage, amount, occurred_at, occurred_date"
    landed = home.ask(f"select {columns} from raw.deal_events order by row_number")
    assert landed == [
        (2, "0031t00000Tj91QAAR", "won", Decimal("3500.00"), datetime(2026, 6, 21, 13, 30), None),
        (3, "0031t00000Tj93QAAR", "proposal", Decimal("1235.00"), None, date(2026, 6, 22)),
        (4, None, "lost", Decimal("58800.00"), None, date(2026, 6, 22)),
    ]
    for row in landed:
        cells = ("" if value is None else str(value) for value in row)
        assert "| " + " | ".join(cells).replace("|  |", "| |").removesuffix(" ") + " |" in page
    assert home.ask("select rows_filtered from raw.landed_files") == [(1,)]
    ((line, _, reason, _),) = home.rejects()
    assert f"Line {line} is rejected:\n`{reason}`" in page


def block(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found
    return found.group(1)


def feeds_of(page: str, folder: Path) -> tuple[Feed, ...]:
    path = folder / "feeds.yml"
    path.write_text(block(page, "yaml"), encoding="utf-8")
    return load_feeds(path)
