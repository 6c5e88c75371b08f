"""Entries with `each` that read columns of ours from the elements of their list, whatever the row says."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from lead_sla.inputs.feeds import load_feeds
from tests.support.landing_home import LandingHome

FEEDS = """
feeds:
  - name: deals
    kind: deal_records
    files: crm/*
    record_id: Id
    columns:
      deal_id: Id
      lead_id: Contact
      amount: {{column: Amount, default: 1}}
      currency: {{column: Currency, default: USD}}
    {options}
    events:
      - stage: {{constant: opened}}
        occurred_at: Created
      - each: History
        stage: {{element: stage}}
        occurred_at: {{element: at}}
        amount: {{element: value/net}}
        currency: {{element: currency}}
  - name: contacts
    kind: lead_records
    files: people/*
    record_id: Id
    columns: {{lead_id: Id, segment: Region}}
    events:
      - each: Visits
        event_type: {{element: page}}
        occurred_at: {{element: at}}
        landing_page: {{element: page}}
"""


def history(*amounts: object, currency: str | None = "EUR") -> list[dict[str, object]]:
    return [
        {"stage": f"s{number}", "at": f"2026-03-0{number}", "value/net": amount, "currency": currency}
        for number, amount in enumerate(amounts, start=1)
    ]


def land(home: LandingHome, folder: Path, options: str, *rows: object) -> list[tuple[object, ...]]:
    """The stage, amount and currency of each event of some deals."""
    path = folder / "feeds.yml"
    path.write_text(FEEDS.format(options=options), encoding="utf-8")
    home.put("crm/a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert home.land(*load_feeds(path)).refused == []
    return home.ask("select stage, amount, currency from raw.deal_events order by row_number")


def deal(said: Sequence[object], **row: object) -> dict[str, object]:
    return {"Id": "d", "Contact": "c", "Amount": None, "Currency": None, "Created": "", "History": said} | row


def test_an_element_has_its_own_values_and_other_events_those_of_the_row(home: LandingHome, tmp_path: Path) -> None:
    rows = deal(history("1200.50", 900, None), Amount="7", Currency="GBP", Created="2026-03-01")
    assert land(home, tmp_path, "", rows) == [
        ("opened", Decimal(7), "GBP"),
        ("s1", Decimal("1200.50"), "EUR"),
        ("s2", Decimal(900), "EUR"),
        ("s3", None, "EUR"),
    ]
    assert home.ask("select distinct lead_id from raw.deal_events") == [("c",)]


def test_the_default_of_the_row_is_none_of_the_element(home: LandingHome, tmp_path: Path) -> None:
    for options in ("", "values: {currency: {Dollar: USD}}"):
        found = land(home, tmp_path, options, deal(history(None, currency=None), Created="2026-03-01"))
        assert found[-2:] == [("opened", Decimal(1), "USD"), ("s1", None, None)]


@pytest.mark.parametrize(
    ("options", "given", "expected"),
    [
        ('nulls: ["-"]', "-", None),
        ('{decimal: ",", thousands: "."}', "1.200,50", Decimal("1200.50")),
        ('{decimal: ",", thousands: "."}', 1200.5, Decimal("1200.50")),
        ("", 1.235, Decimal("1.24")),
        ("", "1.235", "'1.235' has three digits after its point"),
        ("", "much", "'much' is not a valid decimal(18,2) number"),
    ],
)
def test_amounts_are_read_as_those_of_a_row(
    home: LandingHome, tmp_path: Path, options: str, given: object, expected: object
) -> None:
    lines = options.strip("{}").replace(", t", "\n    t")
    found = land(home, tmp_path, lines, deal(history(given, 5)))
    assert found[-1] == ("s2", Decimal(5), "EUR")
    if isinstance(expected, str):
        assert len(found) == 1
        ((line, column, reason, _),) = home.rejects()
        assert (line, column) == (1, "amount")
        assert str(reason).startswith(expected)
    else:
        assert found[0] == ("s1", expected, "EUR")


def test_words_of_the_elements_are_translated(home: LandingHome, tmp_path: Path) -> None:
    found = land(home, tmp_path, "values: {currency: {Euro: EUR}}", deal(history("5", currency="Euro"), Currency="Yen"))
    assert found == [("s1", Decimal(5), "EUR")]


def test_a_feed_of_leads_has_them_too_and_a_column_that_no_row_has(home: LandingHome, tmp_path: Path) -> None:
    path = tmp_path / "feeds.yml"
    path.write_text(FEEDS.format(options=""), encoding="utf-8")
    visits = json.dumps([{"page": "/demo", "at": "2026-03-01"}]).replace('"', '""')
    home.put("people/a.csv", f'Id,Region,Visits\n1,emea,"{visits}"\n')
    home.land(*load_feeds(path))
    found = home.ask("select event_type, landing_page, segment from raw.lead_events")
    assert found == [("/demo", "/demo", "emea")]
