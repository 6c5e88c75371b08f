"""What `feeds.yml` may say about a record feed, and what it is told when that is wrong."""

from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.inputs.feeds import load_feeds, require_record_feeds
from lead_sla.inputs.record_feeds import Entry

WHOLE = """feeds:
  - name: deals
    kind: deal_records
    files: deals/*
    record_id: Id
    complete: true
    columns: {deal_id: Id}
    events:
      - stage: Stage
        occurred_at: {observed: true}
        keep: every_version
      - stage: {constant: opened}
        occurred_at: Created
"""
EACH = "each: History\n        occurred_at: {element: at}\n"


def load(folder: Path, text: str) -> list[str]:
    """The mistakes in the text, without the name of the file."""
    path = folder / "feeds.yml"
    path.write_text(text, encoding="utf-8")
    try:
        load_feeds(path)
    except InputError as error:
        return [line.split("feeds.yml, ", 1)[1] for line in str(error).splitlines()]
    return []


def test_a_record_feed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yml"
    path.write_text(WHOLE, encoding="utf-8")
    (feed,) = load_feeds(path)
    assert feed.records is not None
    assert feed.lists_all_records
    assert feed.records.columns == ("Id", "Stage", "Created")
    assert feed.records.entries[1] == Entry("opened", is_constant=True, moment="Created")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("    record_id: Id\n", "", "line 2: feed deals: a record feed has no `record_id`"),
        ("complete: true", "complete: perhaps", "line 6: feed deals: complete 'perhaps' is unknown"),
        ("columns: {deal_id: Id}", "columns: {deal_id: Id, stage: S}", "line 7: feed deals: columns of"),
        ("        occurred_at: Created\n", "", "line 12: feed deals: events: an entry has no `occurred_at`"),
        ("        keep: every_version\n", "", "line 9: feed deals: events: what is observed has to stay"),
        ("keep: every_version", "keep: always", "line 11: feed deals: events, keep 'always' is unknown"),
        ("{observed: true}", "{observed: false}", "line 10: feed deals: events, occurred_at 'false' is unknown"),
        ("stage: {constant: opened}", "stage: {element: x}", "line 12: feed deals: events, stage: 'element' is"),
        ("    complete: true\n", "    version: [1]\n", "line 6: feed deals: version must be a single value"),
        ("    complete: true\n", "    corrections: latest\n", "line 6: feed deals: `corrections` is for"),
        ("    complete: true\n", "    withdrawn: {column: A}\n", "line 6: feed deals: withdrawn needs a column"),
        ("occurred_at: Created", "amount: {element: x}\n        occurred_at: C", "line 12: feed deals: events: on"),
        ("occurred_at: Created", f"{EACH}        amount: Total", "line 15: feed deals: events, amount must be {elemen"),
        ("occurred_at: Created", f"{EACH}        amount: {{x: y}}", "line 15: feed deals: events, amount: 'x' is not"),
        ("occurred_at: Created", f"{EACH}        stages: {{element: y}}", "line 15: feed deals: events: 'stages' is n"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert load(tmp_path, WHOLE) == []
    assert before in WHOLE
    mistakes = load(tmp_path, WHOLE.replace(before, after))
    assert any(mistake.startswith(message) for mistake in mistakes), mistakes


def test_keys_of_records_do_not_belong_to_a_feed_of_events(tmp_path: Path) -> None:
    text = "feeds:\n  - name: web\n    kind: lead_events\n    files: web/*\n    record_id: Id\n"
    expected = (
        "line 5: feed web: `record_id` is for feeds of kind lead_records, deal_records; leave it out of lead_events."
    )
    assert load(tmp_path, text) == [expected]


def test_only_a_record_feed_can_have_its_withdrawals_accepted(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yml"
    path.write_text(WHOLE, encoding="utf-8")
    feeds = load_feeds(path)
    require_record_feeds(feeds, ["deals"])
    with pytest.raises(InputError, match=r"'deal' is not a record feed of feeds.yml \(did you mean deals\?\)"):
        require_record_feeds(feeds, ["deal"])
