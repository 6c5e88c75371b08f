"""A closed month that moves is listed with its size and its reason; one company and what befalls it, a case a test."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.agreements.guard import check_signed
from lead_sla.inputs.seeds import SeedError
from lead_sla.landing.forgetting import forget
from lead_sla.publishing import publish, rollback
from tests.support.cases import agreed, lead, leads, sla, target, won
from tests.support.harness import Company

FIRST = datetime(2026, 6, 21, 6, tzinfo=UTC)
SECOND = datetime(2026, 6, 21, 9, tzinfo=UTC)
AS_OF = "2026-06-20"

Restatement = dict[str, Any]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """As of 20 June: two whitepapers on 10 May, one of them a customer in May who asks for a demo in June."""
    company = Company(tmp_path_factory.mktemp("published"))
    company.seed("sla_definitions", [sla("leads_all"), sla("points_all", "points"), sla("leads_emea", segment="emea")])
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 60), target("points_all", "2026-06-01", 90)])
    company.seed("agreed_rate_card", [agreed("whitepaper", 0.01, "2026-05-01"), agreed("demo", 0.10, "2026-05-01")])
    company.drop_file(
        "lead_events",
        [
            *leads(2, "whitepaper", "2026-05-10", segment="emea"),
            lead("whitepaper-2026-05-10-0", "demo", "2026-06-05", segment="emea"),
            lead("fair-goer", "fair", "2026-05-12", segment="emea"),
        ],
    )
    company.drop_file("deal_events", [won("whitepaper-2026-05-10-0", "2026-05-20", amount="1000.00", currency="USD")])
    company.refresh(AS_OF)
    publish(company.settings, "first", _day(AS_OF), FIRST, None)
    return company


@pytest.fixture
def company(published: Company, tmp_path: Path) -> Company:
    """The published company, for one test to change."""
    home = tmp_path / "company"
    shutil.copytree(published.settings.home, home, symlinks=True)
    return Company.at(home)


def _day(day: str) -> Any:
    return datetime.fromisoformat(day).date()


def restate(company: Company, as_of: str = AS_OF) -> list[Restatement]:
    company.refresh(as_of, published_at=f"{SECOND:%Y-%m-%d %H:%M:%S}")
    publish(company.settings, "second", _day(as_of), SECOND, None)
    return read_restatements(company)


def read_restatements(company: Company) -> list[Restatement]:
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        cursor = mart.execute("select * from rpt_restatements order by sla_id, date, figure")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def moved(rows: list[Restatement]) -> list[tuple[Any, ...]]:
    return [
        (row["sla_id"], str(row["date"]), row["figure"], row["previous_value"], row["current_value"], row["reason"])
        for row in rows
    ]


def test_what_happens_after_the_last_published_day_restates_nothing(company: Company) -> None:
    company.drop_file("lead_events", leads(3, "demo", "2026-06-21"), "next_day.csv")
    company.drop_file("deal_events", [won("whitepaper-2026-05-10-1", "2026-06-21")], "next_day.csv")
    assert restate(company, "2026-06-21") == []


def test_late_data_for_a_closed_month_is_listed_and_the_agreed_card_does_not_move(company: Company) -> None:
    cards = "select * from marts.fct_rate_cards order by all"
    before = [row for row in company.query(cards) if row["rate_source"] == "agreed"]
    company.drop_file("lead_events", [lead("latecomer", "demo", "2026-05-10", segment="emea")], "late.csv")
    company.drop_file("deal_events", [won("latecomer", "2026-05-12", amount="9.00", currency="USD")], "late.csv")
    rows = restate(company)
    assert moved(rows) == [
        ("leads_all", "2026-05-10", "actual", 2.0, 3.0, "late events"),
        ("leads_emea", "2026-05-10", "actual", 2.0, 3.0, "late events"),
        ("points_all", "2026-05-10", "actual", 2.0, 12.0, "late events"),
    ]
    assert all(
        row["is_closed_period"] and row["change"] == row["current_value"] - row["previous_value"] for row in rows
    )
    assert {(row["was_published_at"], row["published_at"]) for row in rows} == {
        (FIRST.replace(tzinfo=None), SECOND.replace(tzinfo=None))
    }
    after = [row for row in company.query(cards) if row["rate_source"] == "agreed"]
    assert [(row["event_type"], row["close_rate"], row["points"]) for row in after] == [
        (row["event_type"], row["close_rate"], row["points"]) for row in before
    ]


@pytest.mark.soak
def test_an_entry_that_a_late_deal_takes_away_is_listed(company: Company) -> None:
    company.drop_file("lead_events", [lead("whitepaper-2026-05-10-1", "demo", "2026-06-08", segment="emea")], "b.csv")
    assert ("points_all", "2026-06-08", "actual", 0.0, 9.0, "late events") in moved(restate(company))
    company.drop_file("deal_events", [won("whitepaper-2026-05-10-1", "2026-06-07")], "late.csv")
    third = SECOND.replace(hour=10)
    company.refresh(AS_OF, published_at=f"{third:%Y-%m-%d %H:%M:%S}")
    publish(company.settings, "third", _day(AS_OF), third, None)
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        (row,) = mart.execute(
            "select date, previous_value, current_value, is_closed_period, reason from rpt_restatements "
            "where published_at > $1",
            [SECOND.replace(tzinfo=None)],
        ).fetchall()
    assert row == (_day("2026-06-08"), 9.0, 0.0, False, "late events")


def test_what_leaves_quarantine_is_listed(company: Company) -> None:
    add_event_type(company, "fair")
    reason = "quarantine released, reference data changed"
    assert moved(restate(company)) == [
        ("leads_all", "2026-05-12", "actual", 0.0, 1.0, reason),
        ("leads_emea", "2026-05-12", "actual", 0.0, 1.0, reason),
    ]


def test_what_goes_into_quarantine_is_listed_even_if_its_month_goes_with_it(company: Company) -> None:
    add_event_type(company, None)
    rows = moved(restate(company))
    reason = "event type removed"
    assert ("leads_all", "2026-06-05", "actual", 0.0, 1.0, reason) in rows
    assert ("leads_all", "2026-05-10", "actual", 2.0, None, reason) in rows


def test_a_reopened_deal_gives_back_the_entries_that_it_had_cut_off(company: Company) -> None:
    reopened = won("whitepaper-2026-05-10-0", "2026-06-21") | {"stage": "lost"}
    company.drop_file("deal_events", [reopened], "next_day.csv")
    assert moved(restate(company, "2026-06-21")) == [
        ("points_all", "2026-06-05", "actual", 0.0, 9.0, "deal reopened"),
    ]


def test_a_renamed_stage_takes_the_customer_away_but_reopens_no_deal(company: Company) -> None:
    path = company.settings.seeds / "reference" / "deal_stages.csv"
    path.write_text(path.read_text().replace("\nwon,", "\nclosed_won,"))
    assert moved(restate(company)) == [("points_all", "2026-06-05", "actual", 0.0, 9.0, "stage removed")]


def test_with_the_old_code_as_an_alias_a_rename_restates_nothing(company: Company) -> None:
    rename(company, "deal_stages", "won", "closed_won")
    rename(company, "event_types", "demo", "demo_request")
    company.seed(
        "agreed_rate_card", [agreed("whitepaper", 0.01, "2026-05-01"), agreed("demo_request", 0.10, "2026-05-01")]
    )
    assert restate(company) == []


def rename(company: Company, seed: str, old: str, new: str) -> None:
    """Rename a code and add the old one to the aliases of its row, which is the last column."""
    path = company.settings.seeds / "reference" / f"{seed}.csv"
    lines = path.read_text().splitlines()
    assert lines[0].endswith(",aliases")
    path.write_text(
        "".join(
            f"{new}{line.removeprefix(old)}{old}\n" if line.startswith(f"{old},") else f"{line}\n" for line in lines
        )
    )


def test_a_forgotten_file_takes_its_events_back(company: Company) -> None:
    with company.warehouse() as connection:
        forget(connection, company.settings.raw_dir, "deal_events/events.csv", SECOND.replace(tzinfo=None))
    found = moved(restate(company))
    assert ("points_all", "2026-06-05", "actual", 0.0, 9.0, "files taken back") in found
    assert {reason for *_, reason in found} == {"files taken back"}


def test_a_feed_whose_entry_has_changed_restates_what_its_files_give_now(company: Company) -> None:
    feeds = company.settings.feeds.read_text()
    renamed = "kind: lead_events\n    values: {event_type: {fair: demo}}"
    company.settings.feeds.write_text(feeds.replace("kind: lead_events", renamed, 1))
    company.land(SECOND.replace(tzinfo=None))
    assert ("points_all", "2026-05-12", "actual", 0.0, 10.0, "feed changed, quarantine released") in moved(
        restate(company)
    )


def test_a_changed_target_moves_the_goal_of_its_days_and_nothing_else(company: Company) -> None:
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 90), target("points_all", "2026-06-01", 90)])
    rows = restate(company)
    assert {
        (row["sla_id"], row["figure"], row["previous_value"], round(row["current_value"], 9), row["reason"])
        for row in rows
    } == {("leads_all", "goal", 2.0, 3.0, "agreement changed")}
    assert len(rows) == 30
    assert not any(row["is_closed_period"] for row in rows)


def test_a_changed_agreed_card_moves_points_with_its_reason(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("whitepaper", 0.02, "2026-05-01"), agreed("demo", 0.10, "2026-05-01")])
    assert moved(restate(company)) == [("points_all", "2026-05-10", "actual", 2.0, 4.0, "agreement changed")]


@pytest.mark.soak
def test_the_list_survives_a_full_refresh(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("whitepaper", 0.02, "2026-05-01"), agreed("demo", 0.10, "2026-05-01")])
    assert len(restate(company)) == 1
    company.build(AS_OF, full_refresh=True)
    publish(company.settings, "full", _day(AS_OF), SECOND.replace(hour=10), None)
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        assert mart.execute("select count(*) from rpt_restatements").fetchall() == [(1,)]


@pytest.mark.soak
def test_after_a_rollback_the_comparison_is_with_what_readers_see(company: Company) -> None:
    card = company.settings.seeds / "agreements" / "agreed_rate_card.csv"
    agreed_before = card.read_text()
    company.seed("agreed_rate_card", [agreed("whitepaper", 0.02, "2026-05-01"), agreed("demo", 0.10, "2026-05-01")])
    assert len(restate(company)) == 1
    rollback(company.settings, log=lambda _: None)
    card.write_text(agreed_before)
    company.refresh(AS_OF)
    publish(company.settings, "corrected", _day(AS_OF), SECOND.replace(hour=10), None)
    assert read_restatements(company) == []


@pytest.mark.soak
def test_without_the_published_folder_signatures_and_restatements_are_kept(company: Company) -> None:
    signed = target("leads_all", "2026-06-01", 60, approved_by_marketing="Ada", approved_by_sales="Sam")
    other = target("points_all", "2026-06-01", 90)
    company.seed("sla_targets", [signed, other])
    company.drop_file("lead_events", [lead("latecomer", "demo", "2026-05-10", segment="emea")], "late.csv")
    listed = restate(company)
    assert listed
    shutil.rmtree(company.settings.published_dir)

    company.seed("sla_targets", [signed | {"amount": 90}, other])
    with pytest.raises(SeedError, match="was signed by Ada and Sam, and the month has begun"):
        check_signed(company.settings)
    company.seed("sla_targets", [signed, other])
    check_signed(company.settings)

    company.drop_file("lead_events", [lead("straggler", "demo", "2026-05-11", segment="emea")], "later.csv")
    third = SECOND.replace(hour=10)
    company.refresh(AS_OF, published_at=f"{third:%Y-%m-%d %H:%M:%S}")
    publish(company.settings, "third", _day(AS_OF), third, None)
    rows = read_restatements(company)
    new = [row for row in rows if row["published_at"] == third.replace(tzinfo=None)]
    assert [row for row in rows if row not in new] == listed
    assert moved(new) == [
        ("leads_all", "2026-05-11", "actual", 0.0, 1.0, "late events"),
        ("leads_emea", "2026-05-11", "actual", 0.0, 1.0, "late events"),
        ("points_all", "2026-05-11", "actual", 0.0, 10.0, "late events"),
    ]


@pytest.mark.soak
def test_a_rebuilt_warehouse_goes_on_from_the_published_mart(company: Company) -> None:
    company.drop_file("lead_events", [lead("latecomer", "demo", "2026-05-10", segment="emea")], "late.csv")
    listed = restate(company)
    company.settings.warehouse_path.unlink()
    company.refresh(AS_OF)
    publish(company.settings, "rebuilt", _day(AS_OF), SECOND.replace(hour=10), None)
    assert listed
    assert read_restatements(company) == listed


def add_event_type(company: Company, event_type: str | None) -> None:
    """Add a qualifying type to the seed, or take the whitepaper away."""
    path = company.settings.seeds / "reference" / "event_types.csv"
    if event_type is None:
        kept = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith("whitepaper")]
        path.write_text("".join(kept))
        company.seed("agreed_rate_card", [agreed("demo", 0.10, "2026-05-01")])
    else:
        path.write_text(path.read_text() + f"{event_type},Trade fair,marketing,40,true,\n")
