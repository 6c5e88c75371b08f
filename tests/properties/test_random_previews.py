"""Whatever a table looks like, a preview either says why no feed can read it or proposes one that lands it."""

import csv
import io
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.errors import InputError
from lead_sla.preview.previews import preview_file
from lead_sla.preview.wording import describe_preview
from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from tests.support.random_cases import try_cases

pytestmark = pytest.mark.property

EXAMPLES = try_cases(few=15, many=400)
NAMES = [
    "Deal ID", "Contact ID", "Lead ID", "Id", "Record ID - Contact", "Associated Contact IDs", "Event ID", "Stage",
    "Deal Stage", "Status", "Event Type", "Amount", "Value: net", "Currency", "Region", "Lead Source", "Landing Page",
    "Create Date", "Close Date", "Last Modified Date", 'Date entered "A # b"', "Became an MQL Date", "Won time",
    "Kundennummer", "E-Mail", "Erstellt am", "Wert", "Währung", "Timestamp", "Submission ID", "Event time", "Form",
    "Archived", "is_deleted", "Owner", "*", "- x", "null", "yes", "{a}", "[b]", "Ünïcode", "", "  ",
]  # fmt: skip
VALUES = [
    "", "a", "c-1", "c-2", "1", "2", "1.5", "1,234.50", "1.234,50", "€ 5", "USD", "EUR", "2026-11-02", "11/02/2026",
    "13/02/2026", "02.11.2026 10:00", "2026-11-02T00:00:00Z", "2026-11-02T10:00:00+0100", "1767258000000", "46023",
    "a@x.com", "b@x.com", "soon", "TBD", "$5.00", "R$ 1.000,00", "Gewonnen", "Ganho", "A-1", "A-2", "yes",
    "N/A", "(No value)", "true", "false", "Closed Won", "Open", "1;2", "a\nb", 'say "x"', "ü", "003000000000001AAA",
]  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str]:
    """The text of a CSV file, and its delimiter."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8))
    rows = draw(st.lists(st.lists(st.sampled_from(VALUES), min_size=len(names), max_size=len(names)), max_size=6))
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([names, *rows])
    above = draw(st.sampled_from(["", "Report\n\n", "\n"]))
    below = draw(st.sampled_from(["", "\n\nConfidential\n"]))
    return above + text.getvalue() + below, delimiter


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    company = tmp_path_factory.mktemp("company")
    for name in ("feeds.yml",):
        shutil.copy(PROJECT_DIR / name, company / name)
    return load_settings(home=company / "data", feeds=company / "feeds.yml", seeds=PROJECT_DIR / "seeds")


@EXAMPLES
@given(table=tables())
def test_a_proposed_feed_is_valid_and_its_file_lands(settings: Settings, table: tuple[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        location = Path(folder) / "export.csv"
        location.write_text(table[0], encoding="utf-8")
        try:
            preview = preview_file(location, settings)
        except InputError as error:
            refused = str(error)
        else:
            refused = ""
        if refused:
            assert any(reason in refused for reason in ("no column identifies", "no rows", "No column", "header"))
            return
        assert preview.proposed
        assert preview.proposed.outcome.landed.rows_read >= 0
        above, _, events = preview.proposed.text.partition("    events:\n")
        assert "{observed: true}" not in events or "# decide: no " in above
        assert list(describe_preview(preview, settings))
