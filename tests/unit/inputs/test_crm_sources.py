"""`source` in feeds.yml: the feeds that a preset makes of it, and the message about each mistake."""

from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.inputs.crm_sources import FEEDS, PRESETS, CrmSource, load_sources
from lead_sla.inputs.feed_codes import check_feed_codes
from lead_sla.inputs.feed_lines import place_in_feeds
from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.settings import PROJECT_DIR
from tests.support.small_seeds import write_seeds
from tests.support.snippets import read_snippets

WHOLE = """feeds:
  - name: web
    kind: lead_events
    files: web/*
  - name: hs
    source: hubspot
    segment: region
    values:
      segment: {Europe: emea}
      stage: {default/won: won}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "feeds.yml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    """The mistakes in the text, without the name of the file."""
    try:
        load_feeds(write(folder, text))
    except InputError as error:
        return [line.split("feeds.yml, ", 1)[1] for line in str(error).splitlines()]
    return []


def preset(folder: Path, text: str) -> tuple[Feed, ...]:
    return tuple(feed for feed in load_feeds(write(folder, text)) if feed.form.is_slice)


def test_a_source_is_read_with_the_feeds_of_its_preset(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE)
    assert load_sources(path) == (CrmSource("hs", "hubspot", "region"),)
    feeds = load_feeds(path)
    assert [(feed.name, feed.kind) for feed in feeds] == [
        ("web", "lead_events"),
        ("hs_contacts", "lead_records"),
        ("hs_deals", "deal_records"),
        ("hs_merges", "record_merges"),
    ]
    assert [feed.form.is_slice for feed in feeds] == [False, True, True, True]
    assert [dict(feed.options.values) for feed in feeds[1:]] == [
        {"segment": {"Europe": "emea"}},
        {"stage": {"default/won": "won"}},
        {"record_type": {"contact": "lead"}},
    ]


@pytest.mark.parametrize("kind", FEEDS)
def test_a_preset_reads_like_any_feeds_yml(kind: str) -> None:
    assert [feed.name for feed in load_feeds(PRESETS / f"{kind}.yml")] == list(FEEDS[kind])


def test_a_file_without_sources_has_none(tmp_path: Path) -> None:
    assert load_sources(write(tmp_path, WHOLE.split("  - name: hs", maxsplit=1)[0])) == ()
    assert load_sources(write(tmp_path, "")) == ()


def test_words_change_what_files_become_and_the_segment_does_not(tmp_path: Path) -> None:
    before = {feed.name: feed.mapping for feed in preset(tmp_path, WHOLE)}
    assert {feed.name: feed.mapping for feed in preset(tmp_path, WHOLE.replace("region", "country"))} == before
    words = {feed.name: feed.mapping for feed in preset(tmp_path, WHOLE.replace("Europe", "EU"))}
    assert [name for name in before if before[name] != words[name]] == ["hs_contacts"]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("hubspot", "hubspott", "line 6: source hs: source 'hubspott' is unknown (did you mean hubspot?)"),
        ("    segment: region", "    files: crm/*", "line 7: a source: 'files' is not a known key; the keys are name,"),
        ("  - name: hs\n    source", "  - source", "line 5: a source has no `name`"),
        ("name: hs", "name: h s", "line 5: name 'h s' may contain only letters"),
        ("region", "Sales region", "line 7: source hs: segment 'Sales region' is not the internal name of a property"),
        ("region", "email", "line 7: source hs: segment 'email' says who a contact is, and is never read"),
        ("      segment: {", "      segments: {", "line 9: source hs: values: 'segments' is no column (did you mean s"),
        ("{Europe: emea}", "Europe", "line 9: feed hs_contacts: values, segment must contain `word of the file: "),
        ("name: web", "name: hs_deals", "line 5: feed hs_deals: the name is already used by another feed"),
        (
            "  - name: web\n    kind: lead_events\n    files: web/*",
            "  - name: first\n    source: hubspot",
            "line 4: source hs: hubspot is that of first in line 2 already; keep one",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert mistakes(tmp_path, WHOLE) == []
    assert before in WHOLE
    found = mistakes(tmp_path, WHOLE.replace(before, after))
    assert any(mistake.startswith(message) for mistake in found), found


def test_the_pull_finds_the_mistakes_of_a_source_as_well(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 7: source hs: segment 'Region' is not the internal name"):
        load_sources(write(tmp_path, WHOLE.replace("region", "Region")))


def test_what_is_wrong_with_a_preset_s_feed_is_placed_at_its_entry(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE)
    assert place_in_feeds(path, "hs_deals", "values", "stage").endswith("feeds.yml, line 10")
    assert place_in_feeds(path, "hs_merges").endswith("feeds.yml, line 5")
    assert place_in_feeds(path, "hs_other").endswith("feeds.yml, line 1")


def test_a_word_that_is_no_code_of_a_seed_is_found(tmp_path: Path) -> None:
    write_seeds(tmp_path / "seeds")
    path = write(tmp_path, WHOLE.replace("default/won: won", "default/won: wonn").replace("emea", "all"))
    found = list(check_feed_codes(load_feeds(path), path, tmp_path / "seeds", "USD"))
    assert [problem.split("feeds.yml, ")[1][:38] for problem in found] == [
        "line 9, feed hs_contacts: the segment ",
        "line 10, feed hs_deals: the stage 'won",
    ]


def salesforce(folder: Path, segment: str) -> Path:
    path = folder / "feeds.yml"
    path.write_text(f"feeds:\n  - name: sf\n    source: salesforce\n    segment: {segment}\n")
    return path


def test_a_salesforce_source_makes_its_feeds(tmp_path: Path) -> None:
    feeds = load_feeds(salesforce(tmp_path, "Region__c"))
    assert [(feed.name, feed.kind, feed.files) for feed in feeds] == [
        ("sf_leads", "lead_records", "salesforce/leads/*.jsonl"),
        ("sf_contacts", "lead_records", "salesforce/contacts/*.jsonl"),
        ("sf_deals", "deal_records", "salesforce/deals/*.jsonl"),
        ("sf_merges", "record_merges", "salesforce/merges/*.jsonl"),
    ]


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        ("Account.Region", "segment 'Account.Region' is not the API name of a field, such as Region__c"),
        ("MobilePhone", "segment 'MobilePhone' says who a contact is, and is never read"),
    ],
    ids=["path", "personal"],
)
def test_a_field_that_cannot_be_the_segment(tmp_path: Path, segment: str, words: str) -> None:
    with pytest.raises(InputError, match=f"line 4: source sf: {words}"):
        load_sources(salesforce(tmp_path, segment))


def test_what_the_page_about_salesforce_shows_can_be_read(tmp_path: Path) -> None:
    page = PROJECT_DIR / "docs" / "how-to" / "connect-salesforce.md"
    (tmp_path / "feeds.yml").write_text(read_snippets(page, "yaml")[0])
    assert len(load_feeds(tmp_path / "feeds.yml")) == len(FEEDS["salesforce"])
    (tmp_path / "reference").mkdir()
    for name, text in zip(("deal_stages", "event_types"), read_snippets(page, "csv"), strict=True):
        (tmp_path / "reference" / f"{name}.csv").write_text(text)
        (table,) = (one for one in TABLES if one.name == name)
        seed = read_seed(table, tmp_path)
        assert seed.problems == []
        assert len(seed.rows) == 4
