"""feeds.yml: how it is read, and the message about each mistake in it."""

from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.inputs.feeds import Feed, Source, load_feeds
from lead_sla.inputs.unreadable_files import publishes_without_unreadable
from lead_sla.settings import PROJECT_DIR

GOOD = """\
feeds:
  - name: lead_events
    kind: lead_events
    files: lead_events/*
  - name: olist_leads
    kind: lead_events
    files: olist/**/*.csv
    timezone: America/Sao_Paulo
    columns:
      event_id: mql_id
      lead_id: {column: mql_id}
      event_type: {column: origin, default: unknown}
      occurred_at: first_contact_date
      segment: {constant: 2024}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "feeds.yml"
    path.write_bytes(text.encode())
    return path


def test_a_feed_has_canonical_columns_or_maps_its_own(tmp_path: Path) -> None:
    assert load_feeds(write(tmp_path, GOOD)) == (
        Feed("lead_events", "lead_events", "lead_events/*", "UTC", None),
        Feed(
            "olist_leads",
            "lead_events",
            "olist/**/*.csv",
            "America/Sao_Paulo",
            {
                "event_id": Source("mql_id"),
                "lead_id": Source("mql_id"),
                "event_type": Source("origin", default="unknown"),
                "occurred_at": Source("first_contact_date"),
                "segment": Source(constant="2024"),
            },
        ),
    )


@pytest.mark.parametrize(
    ("line", "publishes"),
    [("", False), ("on_unreadable: stop\n", False), ("on_unreadable: publish_with_warning\n", True)],
)
def test_a_refresh_publishes_without_unreadable_files_only_on_request(
    tmp_path: Path, line: str, publishes: bool
) -> None:
    path = write(tmp_path, line + GOOD)
    assert len(load_feeds(path)) == len(("lead_events", "olist_leads"))
    assert publishes_without_unreadable(path) == publishes


def test_the_projects_own_file_names_the_two_canonical_feeds() -> None:
    assert [(feed.name, feed.kind, feed.files) for feed in load_feeds(PROJECT_DIR / "feeds.yml")][:2] == [
        ("lead_events", "lead_events", "lead_events/*"),
        ("deal_events", "deal_events", "deal_events/*"),
    ]


MISTAKES = [
    (
        "kind: lead_events\n    files: olist",
        "kind: leads\n    files: olist",
        "line 6: feed olist_leads: kind 'leads' is unknown (did you mean lead_events?); the kinds are lead_events",
    ),
    ("name: olist_leads", "name: lead_events", "line 5: feed lead_events: the name is already used"),
    ("name: olist_leads", "name: olist leads", "line 5: name 'olist leads' may contain only letters"),
    (
        "name: olist_leads",
        "nam: olist_leads",
        "line 5: a feed: 'nam' is not a known key (did you mean name?); the keys are name, kind, files",
    ),
    ("    files: lead_events/*\n", "", "line 2: a feed has no `files`"),
    (
        "    files: lead_events/*\n",
        "    files: lead_events/*\n    files: x/*\n",
        "line 5: a feed: 'files' is given twice",
    ),
    (
        "America/Sao_Paulo",
        "Brazil/Sao",
        "line 8: feed olist_leads: timezone 'Brazil/Sao' is unknown (did you mean Brazil/West?); use an IANA name",
    ),
    ("America/Sao_Paulo", "localtime", "line 8: feed olist_leads: timezone 'localtime' is unknown"),
    ("America/Sao_Paulo", "[UTC]", "line 8: feed olist_leads: timezone must be a single value"),
    (
        "      lead_id: {column: mql_id}\n",
        "",
        "feed olist_leads: the required column lead_id is not mapped; name its source column",
    ),
    (
        "segment: {constant: 2024}",
        "segmnt: {constant: 2024}",
        "line 14: feed olist_leads: columns of lead_events: 'segmnt' is not a known key (did you mean segment?)",
    ),
    (
        "{constant: 2024}",
        "{constant: 2024, default: x}",
        "line 14: feed olist_leads: column segment: give a source column",
    ),
    (
        "{constant: 2024}",
        "{constant: 2024, column: x}",
        "line 14: feed olist_leads: column segment: give a source column",
    ),
    ("{constant: 2024}", "{default: 2024}", "line 14: feed olist_leads: column segment: give a source column"),
    ("{constant: 2024}", "{value: 2024}", "line 14: feed olist_leads: column segment: 'value' is not a known key"),
    ("{constant: 2024}", "", "line 14: feed olist_leads: column segment is empty"),
    ("{constant: 2024}", "{constant: null}", "column segment, constant is empty"),
    (
        "{constant: 2024}",
        "[a, b]",
        "column segment must contain `key: value` lines; the keys are column, default, constant",
    ),
    (
        "occurred_at: first_contact_date",
        "occurred_at: {constant: 1 May}",
        "column occurred_at: '1 May' is not an ISO 8601 date or timestamp",
    ),
    ("olist/**/*.csv", "../secret/*", "line 7: feed olist_leads: files '../secret/*' is outside the landing folder"),
    ("olist/**/*.csv", "olist/../../x", "is outside the landing folder"),
    ("olist/**/*.csv", "/etc/*", "line 7: feed olist_leads: files '/etc/*' is outside the landing folder"),
    ("olist/**/*.csv", "~/x/*", "is outside the landing folder"),
    ("olist/**/*.csv", "olist/", "line 7: feed olist_leads: files 'olist/' is a folder; add /*"),
    ("olist/**/*.csv", "olist/**.csv", "** must be alone between slashes"),
    ("feeds:", "feed:", "line 1: the file: 'feed' is not a known key (did you mean feeds?); the keys are feeds"),
    (
        "feeds:",
        "on_unreadable: published\nfeeds:",
        "line 1: on_unreadable 'published' is unknown; use stop or publish_with_warning",
    ),
    ("feeds:", "on_unreadable: [stop]\nfeeds:", "line 1: on_unreadable must be a single value"),
    ("  - name: lead_events", "  - name: [lead_events", "it is not valid YAML"),
    (
        "olist/**/*.csv",
        "**/contacts*.csv",
        "line 7: it is not valid YAML. Put quotes around a value that begins with *.",
    ),
    ("olist/**/*.csv", "*contacts", "line 7: it is not valid YAML. Put quotes around a value that begins with *."),
    ("olist/**/*.csv", "'olist/*.csv", "line 7: the quote that opens here is not closed. Add the closing one."),
    ("olist/**/*.csv", '"\\d.csv"', "line 7: it is not valid YAML. Check the indentation"),
    (GOOD, "feeds: []\n", "line 1: `feeds` must be a list with at least one feed"),
    (GOOD, "feeds:\n", "`feeds` must be a list with at least one feed"),
    (GOOD, "feeds:\n  - lead_events\n", "line 2: a feed must contain `key: value` lines"),
    (GOOD, "", "is empty; list at least one feed"),
    (GOOD, "a: 1\n---\nb: 1\n", "line 2: it is not valid YAML. Check the indentation"),
    (GOOD, "\nfeeds: \x00\n", "line 2: it is not valid YAML, because it contains the control character U+0000"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[message for _, _, message in MISTAKES])
def test_a_mistake_is_reported_with_its_place_and_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as raised:
        load_feeds(write(tmp_path, GOOD.replace(old, new)))
    assert str(raised.value).startswith(str(tmp_path / "feeds.yml"))
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("America/Sao_Paulo", "Mars/Olympus").replace("kind: lead_events\n    files: l", "files: l")
    text = text.replace("event_id: mql_id", "evnt_id: mql_id").replace("segment: {constant: 2024}", "segment: []")
    with pytest.raises(InputError) as raised:
        load_feeds(write(tmp_path, text))
    assert [line.partition(";")[0].removeprefix(f"{tmp_path}/") for line in str(raised.value).splitlines()] == [
        "feeds.yml, line 2: a feed has no `kind`",
        "feeds.yml, line 7: feed olist_leads: timezone 'Mars/Olympus' is unknown",
        "feeds.yml, line 9: feed olist_leads: columns of lead_events: 'evnt_id' is not a known key "
        "(did you mean event_id?)",
        "feeds.yml, line 13: feed olist_leads: column segment must contain `key: value` lines",
    ]


def test_the_file_is_shown_by_a_path_that_can_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "feeds: []\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^feeds\.yml, line 1"):
        load_feeds(path)


def test_a_missing_file_is_reported_with_the_setting_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yml does not exist; create it, or set LEAD_SLA_FEEDS"):
        load_feeds(tmp_path / "nowhere.yml")


def test_a_folder_in_its_place_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_feeds(tmp_path)


def test_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yml"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(InputError, match="is not UTF-8"):
        load_feeds(path)
