"""What both sides signed for a month that has begun cannot be changed by editing the files."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from lead_sla.agreements.guard import check_signed
from lead_sla.agreements.signing import Agreement, agree
from lead_sla.inputs.seeds import SeedError, check_seeds
from lead_sla.ledger.appending import add_differences, add_publication
from lead_sla.ledger.tables import RATES as RATES_LEDGER
from lead_sla.ledger.tables import TARGETS as TARGETS_LEDGER
from lead_sla.ledger.tables import create_ledgers
from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import connect
from tests.support.small_seeds import CARD, DEFINITIONS, SEEDS, TARGETS, write_seed, write_seeds

SIGNED = "leads_all,2026-02-01,custom,400,,,Winter,Ada,Sam\n"
CHANGED = "leads_all,2026-02-01,custom,500,2026-02-16,catch_up,Trade fair,Ada,Sam\n"
UNSIGNED = "points_emea,2026-02-01,custom,70,,,,Ada,\n"
AHEAD = "leads_all,2026-03-01,custom,600,,,Spring,Ada,Sam\n"
HEADER = SEEDS[TARGETS].splitlines(keepends=True)[0]
CARD_HEADER = SEEDS[CARD].splitlines(keepends=True)[0]
RATE = "2026-01-01,demo_request,0.10,,Ada,Sam,Winter\n"
RATE_AHEAD = "2026-03-01,demo_request,0.12,,Ada,Sam,Spring\n"
OTHER_RATE = "2026-02-01,whitepaper,0.01,,Ada,Sam,\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What was signed is published as of 20 February; a row ahead and an unsigned one are published with it."""
    settings = load_settings(home=tmp_path, seeds=write_seeds(tmp_path / "seeds"))
    edit(settings, SIGNED + CHANGED + UNSIGNED + AHEAD, RATE + OTHER_RATE + RATE_AHEAD)
    publish(settings, "2026-02-20")
    return settings


def edit(settings: Settings, targets: str, rates: str = RATE + OTHER_RATE + RATE_AHEAD) -> None:
    write_seed(settings.seeds / TARGETS, HEADER + targets)
    write_seed(settings.seeds / CARD, CARD_HEADER + rates)
    check_seeds(settings.seeds, settings.reporting_currency)


def publish(settings: Settings, as_of: str) -> None:
    """Record the seeds in the ledgers, as a publication does."""
    read = f"from read_csv('{settings.seeds}/%s', nullstr = '', types = {{'%s': 'double'}})"
    targets = (
        "select * replace (coalesce(effective_from, period_start) as effective_from, "
        "coalesce(change_policy, 'prospective') as change_policy) "
    )
    publication = {
        "run_id": "run",
        "published_at": datetime(2026, 2, 21, 6),
        "as_of_date": date.fromisoformat(as_of),
        "business_timezone": "UTC",
        "reporting_currency": "USD",
    }
    with connect(settings) as warehouse:
        create_ledgers(warehouse)
        number = add_publication(warehouse, publication)
        add_differences(warehouse, TARGETS_LEDGER, number, targets + read % (TARGETS, "amount"))
        add_differences(warehouse, RATES_LEDGER, number, read % (CARD, "close_rate"))


def set_as_of(settings: Settings, day: str) -> None:
    with connect(settings) as warehouse:
        warehouse.execute(f"update raw.publications set as_of_date = '{day}'")


def complaint(settings: Settings) -> str:
    with pytest.raises(SeedError) as caught:
        check_signed(settings)
    (problem,) = caught.value.problems
    return str(problem).removeprefix(f"{settings.seeds.parent}/")


def test_what_is_as_it_was_passes(settings: Settings) -> None:
    check_signed(settings)


def test_before_anything_is_published_everything_may_be_edited(settings: Settings) -> None:
    settings.warehouse_path.unlink()
    edit(settings, "", "")
    check_signed(settings)


def test_a_warehouse_that_has_no_ledgers_sets_no_rule(settings: Settings) -> None:
    settings.warehouse_path.unlink()
    connect(settings).close()
    edit(settings, "", "")
    check_signed(settings)


def test_rows_ahead_and_rows_that_not_both_signed_are_free(settings: Settings) -> None:
    edit(settings, SIGNED + CHANGED + UNSIGNED.replace("70", "90"), RATE + OTHER_RATE)
    check_signed(settings)


@pytest.mark.parametrize(
    ("old", "new"), [("400", "300"), ("custom,400", "last_period,"), ("400,,", "400,,retroactive")]
)
def test_a_signed_target_is_put_back_or_changed_with_a_policy(settings: Settings, old: str, new: str) -> None:
    edit(settings, SIGNED.replace(old, new) + CHANGED + AHEAD)
    assert complaint(settings) == (
        "seeds/targets/sla_targets.csv, line 2, column amount: the target of leads_all for 2026-02 from 2026-02-01 on, "
        "custom 400, was signed by Ada and Sam, and the month has begun. Put it back. To change the goal, run "
        "`lead-sla agree` with --change-policy, or add a row with effective_from, change_policy, reason and both names."
    )


def test_a_signed_change_of_a_target_stays_too(settings: Settings) -> None:
    edit(settings, SIGNED + AHEAD)
    assert "for 2026-02 from 2026-02-16 on, custom 500 (catch_up), was signed by Ada and Sam" in complaint(settings)


def test_reasons_and_names_may_be_corrected(settings: Settings) -> None:
    edit(settings, SIGNED.replace("Winter", "Winter agreement").replace("Ada", "Ada L.") + CHANGED)
    check_signed(settings)


def test_another_change_of_a_signed_month_names_policy_reason_and_signers(settings: Settings) -> None:
    more = "leads_all,2026-02-01,custom,550,2026-02-22,prospective,Webinar,Ada,Sam\n"
    edit(settings, SIGNED + CHANGED + more)
    check_signed(settings)
    for cell, column in ((",prospective", "change_policy"), (",Webinar", "reason"), (",Sam", "approved_by_sales")):
        edit(settings, SIGNED + CHANGED + more.replace(cell, ","))
        assert f"line 4, column {column}: the value is missing. The month has begun" in complaint(settings)


def test_a_change_that_has_not_counted_yet_gives_way_to_another_with_a_reason_of_its_own(settings: Settings) -> None:
    set_as_of(settings, "2026-02-15")
    other = CHANGED.replace("500", "550")
    edit(settings, SIGNED + other)
    assert complaint(settings).endswith("it may also be replaced, with an explanation in reason.")
    edit(settings, SIGNED + other.replace("Trade fair", "Two trade fairs"))
    check_signed(settings)
    edit(settings, SIGNED + other.replace("Trade fair", "Two trade fairs").replace(",Sam", ","))
    assert "line 3, column approved_by_sales: the value is missing." in complaint(settings)
    set_as_of(settings, "2026-02-16")
    edit(settings, SIGNED + other.replace("Trade fair", "Two trade fairs"))
    assert complaint(settings).endswith("reason and both names.")


def test_a_change_of_a_signed_month_begins_on_a_day_to_come(settings: Settings) -> None:
    more = "leads_all,2026-02-01,custom,550,2026-02-20,prospective,Webinar,Ada,Sam\n"
    edit(settings, SIGNED + CHANGED + more)
    assert (
        "line 4, column effective_from: the target of 2026-02 is signed and already in force on 2026-02-20"
        in complaint(settings)
    )


def test_a_month_that_is_over_stays_as_it_was_signed(settings: Settings) -> None:
    set_as_of(settings, "2026-02-28")
    edit(settings, SIGNED + CHANGED + "leads_all,2026-02-01,custom,550,2026-02-22,retroactive,Webinar,Ada,Sam\n")
    assert complaint(settings).endswith(
        "2026-02 is over, so its signed target cannot change. Delete the row, and agree on a later month."
    )
    edit(settings, SIGNED.replace("400", "300") + CHANGED)
    assert complaint(settings).endswith("and the month is over. Put it back, and agree on a later month.")


def test_agree_writes_nothing_that_the_next_refresh_would_refuse(settings: Settings) -> None:
    set_as_of(settings, "2026-02-15")
    settings.mart_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.mart_path)) as mart:
        mart.execute("create table publication as select date '2026-02-15' as as_of_date")
    before = (settings.seeds / TARGETS).read_bytes()
    again = Agreement("leads_all", date(2026, 2, 1), "custom", "550", "Ada", "Sam", "Trade fair", "catch_up")
    with pytest.raises(SeedError, match="with an explanation in reason"):
        agree(settings, again, date(2026, 2, 16))
    assert (settings.seeds / TARGETS).read_bytes() == before
    agree(settings, replace(again, reason="Two trade fairs"), date(2026, 2, 16))
    check_signed(settings)
    assert "custom,550,2026-02-16,catch_up,Two trade fairs" in (settings.seeds / TARGETS).read_text()


def test_a_name_under_a_signed_target_may_not_be_taken_away(settings: Settings) -> None:
    edit(settings, SIGNED.replace(",Ada", ",") + CHANGED)
    assert complaint(settings) == (
        "seeds/targets/sla_targets.csv, line 2, column approved_by_marketing: the name is missing, and the target of "
        "leads_all for 2026-02 from 2026-02-01 on, custom 400, was signed by Ada and Sam. Put it back."
    )


def test_an_unsigned_row_that_a_signed_one_changes_stays_as_it_was(settings: Settings) -> None:
    with connect(settings) as warehouse:
        warehouse.execute(
            "update raw.target_ledger set approved_by_marketing = null, approved_by_sales = null where amount = 400"
        )
    unsigned = SIGNED.replace(",Ada,Sam", ",,")
    edit(settings, unsigned + CHANGED)
    check_signed(settings)
    edit(settings, unsigned.replace("400", "300") + CHANGED)
    assert "belongs to a row that both sides signed, and the month has begun. Put it" in complaint(settings)


def test_the_targets_of_an_sla_that_is_given_up_may_go(settings: Settings) -> None:
    definitions = SEEDS[DEFINITIONS].splitlines(keepends=True)
    write_seed(settings.seeds / DEFINITIONS, "".join(line for line in definitions if "leads_all" not in line))
    write_seed(settings.seeds / TARGETS, HEADER + UNSIGNED)
    check_signed(settings)


def test_a_signed_rate_is_put_back_or_corrected_with_a_note(settings: Settings) -> None:
    edit(settings, SIGNED + CHANGED, RATE.replace("0.10", "0.20") + OTHER_RATE)
    assert complaint(settings) == (
        "seeds/agreements/agreed_rate_card.csv, line 2, column close_rate: the close rate of demo_request from "
        "2026-01-01 on, 0.1, was signed by Ada and Sam, and months with it have begun. Put it back, and write the new "
        "rate into a separate row from a future month on. If the signed rate itself is a mistake, explain it in note; "
        "every month that changes is then listed in rpt_restatements."
    )
    edit(settings, SIGNED + CHANGED, RATE.replace("0.10", "0.20").replace("Winter", "Typo fixed") + OTHER_RATE)
    check_signed(settings)


def test_a_signed_deal_value_is_put_back_or_corrected_with_a_note(settings: Settings) -> None:
    edit(settings, SIGNED + CHANGED, RATE.replace("0.10,,", "0.10,30000,") + OTHER_RATE)
    assert complaint(settings) == (
        "seeds/agreements/agreed_rate_card.csv, line 2, column average_deal_value: the deal value of demo_request from "
        "2026-01-01 on, left to the calibration, was signed by Ada and Sam, and months with it have begun. Put it "
        "back, and write the new value into a separate row from a future month on. If the signed value itself is a "
        "mistake, explain it in note."
    )
    with connect(settings) as warehouse:
        warehouse.execute("update raw.rate_ledger set average_deal_value = 1234567.8 where event_type = 'demo_request'")
    assert "from 2026-01-01 on, 1,234,567.8, was signed by" in complaint(settings)
    edit(settings, SIGNED + CHANGED, RATE.replace("0.10,,", "0.10,30000,").replace("Winter", "Typo") + OTHER_RATE)
    check_signed(settings)


def test_a_ledger_of_an_older_version_gains_the_deal_value(settings: Settings) -> None:
    with connect(settings) as warehouse:
        warehouse.execute("drop view raw.published_rates")
        warehouse.execute("alter table raw.rate_ledger drop column average_deal_value")
    check_signed(settings)


def test_a_signed_rate_does_not_go(settings: Settings) -> None:
    edit(settings, SIGNED + CHANGED, RATE)
    assert "the close rate of whitepaper from 2026-02-01 on, 0.01, was signed by Ada and Sam" in complaint(settings)


@pytest.mark.parametrize(("start", "is_allowed"), [("2026-02-01", False), ("2026-02-02", True), ("2025-12-01", True)])
def test_a_new_rate_counts_from_a_month_to_come(settings: Settings, start: str, is_allowed: bool) -> None:
    edit(settings, SIGNED + CHANGED, RATE + OTHER_RATE + f"{start},demo_request,0.15,,Ada,Sam,\n")
    if is_allowed:
        check_signed(settings)
    else:
        assert "line 4, column effective_from: 2026-02-01 is in a month that has begun" in complaint(settings)
