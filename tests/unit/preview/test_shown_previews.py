"""What a preview shows: the proposed feed, what would land, and why no feed is proposed."""

from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.preview.previews import preview_file
from lead_sla.preview.wording import describe_preview
from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, propose


def test_what_would_be_rejected_is_shown_with_its_reason(settings: Settings) -> None:
    rows = "".join(f"l-{number},2026-11-0{number}\n" for number in range(1, 9))
    proposed = propose(settings, "leads.csv", f"Lead ID,Created Date\n{rows}l-9,soon\n")
    assert landed(proposed) == (8, 1)
    [reason] = proposed.outcome.landed.reasons
    assert reason == "1 row, such as line 10: Created Date 'soon' is not an ISO 8601 date, or date and time"


def test_a_feed_that_takes_the_file_already_is_shown_instead(settings: Settings) -> None:
    location = settings.landing_dir / "lead_events" / "leads.csv"
    location.parent.mkdir()
    location.write_text("event_id,lead_id,event_type,occurred_at\n1,l-1,webinar,2026-11-02\n2,l-2,webinar,soon\n")
    preview = preview_file(location, settings)
    assert preview.proposed is None
    assert preview.taking
    assert preview.taking.feed.name == "lead_events"
    lines = "\n".join(describe_preview(preview, settings))
    assert "takes this file.\n1 row would land, 1 rejected:" in lines
    assert "feeds.yml, line 4)" in lines


def test_a_feed_is_proposed_if_the_one_that_takes_the_file_refuses_it(settings: Settings) -> None:
    location = settings.landing_dir / "deal_events" / "deals.csv"
    location.parent.mkdir()
    location.write_text("Deal ID,Stage,Amount,Close Date\nd-1,Won,500,2026-11-02\n")
    lines = "\n".join(describe_preview(preview_file(location, settings), settings))
    assert "takes this file, and refuses it: it has no column event_id" in lines
    assert "  - name: deal_events_deals\n" in lines


def test_the_words_of_a_preview(settings: Settings, tmp_path: Path) -> None:
    location = tmp_path / "deals.csv"
    location.write_text("Deal ID,Stage,Amount,Close Date\nd-1,Closed Won,500,2026-11-02\nd-2,won,5,2026-11-02\n")
    lines = list(describe_preview(preview_file(location, settings), settings))
    assert lines[0].endswith(
        "deals.csv: CSV, UTF-8, separated by commas; 2 rows, 4 columns with values. Each row is a deal as it stands: "
        "the ids in Deal ID are unique."
    )
    assert any("has to be below" in line for line in lines)
    assert "2 events would land, 0 rejected:" in lines
    assert lines[-2].endswith("which has none of these codes; check the outcome of each (open, won or lost):")
    assert lines[-1] == "Closed Won,Closed Won,won,60"


def test_nothing_of_the_company_changes(settings: Settings) -> None:
    location = settings.landing_dir / "leads.csv"
    location.write_text("Lead ID,Created Date\nl-1,2026-11-02\n")
    before = sorted((path, path.stat().st_mtime_ns) for path in settings.feeds.parent.rglob("*"))
    list(describe_preview(preview_file(location, settings), settings))
    assert sorted((path, path.stat().st_mtime_ns) for path in settings.feeds.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leads.txt", "Lead ID\n1\n", "its name does not end in .csv"),
        ("leads.csv", "", "has no rows"),
        ("leads.csv", "Lead ID,Created Date\n", "has no rows"),
        ("leads.csv", "2026-11-01,2026-11-02\n2026-11-01,2026-11-02\n", "no column identifies the lead or the deal"),
        ("leads.xlsx", "no workbook", "cannot be read as an Excel workbook"),
        ("leads.csv.gz", "not packed", "cannot be unpacked"),
        ("leads.jsonl", "[1]", "it is one JSON array"),
        (".leads.csv", "Lead ID\n1\n", "landing passes over files of such a name"),
    ],
    ids=["ending", "empty", "header-only", "only-dates", "no-workbook", "not-packed", "no-lines", "hidden"],
)
def test_a_file_that_no_feed_could_read(settings: Settings, name: str, content: str, reason: str) -> None:
    location = settings.landing_dir / name
    location.write_text(content)
    with pytest.raises(InputError, match=reason):
        preview_file(location, settings)


def test_a_file_that_is_not_there(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"nowhere.csv is not a file"):
        preview_file(settings.landing_dir / "nowhere.csv", settings)
