"""What a publication adds to the ledgers, and how the ledgers follow what readers see."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.errors import CheckFailedError
from lead_sla.ledger.tables import LEDGERS
from lead_sla.publishing import current_version, fingerprints, prepare_ledgers, publish, rollback
from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from lead_sla.warehouse import connect
from tests.support.small_warehouse import AS_OF, change_warehouse, publish_run

NOW = datetime(2026, 5, 21, 9, 0, tzinfo=UTC)
SIGNED = """
insert into marts.dim_agreed_targets values
    ('volume', '2026-05-01', '2026-05-01', 'custom', 300, 'prospective', 'Spring', 'Ada', 'Sam');
insert into marts.dim_agreed_rates values ('2026-05-01', 'demo', 0.1, null, 'Ada', 'Sam', null);
"""
RESTATED = """
insert into marts.rpt_restatements values
    ('volume', '2026-05-07', 'actual', '2026-05-01', false, '2026-05-20 06:00:00', '2026-05-21 06:02:00', 5, 7, 2, '-')
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def read(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with connect(settings) as connection:
        return connection.execute(sql).fetchall()


def publish_again(settings: Settings, run_id: str, sql: str = "select 1") -> None:
    """Publish what is in the warehouse once `sql` has changed it, as its own run."""
    prepare_ledgers(settings)
    change_warehouse(settings, sql)
    publish(settings, run_id, AS_OF, NOW, None)


def test_a_publication_is_recorded_with_what_it_was_made_from(settings: Settings) -> None:
    publish_run(settings, 1)
    (row,) = read(settings, "select * exclude (publication_number) from raw.last_publication")
    published = current_version(settings).fingerprints
    assert row == (
        "run-1", datetime(2026, 5, 21, 6, 1), AS_OF, "UTC", settings.reporting_currency, 1,
        2051, published[fingerprints.CODE], published[fingerprints.AGREEMENTS], published[fingerprints.REFERENCE],
        published[fingerprints.RULES], "90", "auto",
    )  # fmt: skip


def test_a_ledger_grows_with_what_changes_alone(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_again(settings, "signed", SIGNED)
    publish_again(settings, "same")
    assert read(settings, "select publication_number, amount, is_published from raw.target_ledger") == [(2, 300, True)]
    assert read(settings, "select publication_number, close_rate from raw.rate_ledger") == [(2, 0.1)]
    publish_again(settings, "gone", "delete from marts.dim_agreed_targets")
    publish_again(settings, "still-gone")
    rows = "select publication_number, amount, is_published from raw.target_ledger order by all"
    assert read(settings, rows) == [(2, 300, True), (4, None, False)]
    assert read(settings, "from raw.published_targets") == []
    assert read(settings, "select count(*) from raw.publications") == [(5,)]


def test_what_is_in_quarantine_and_which_deals_are_won_are_recorded(settings: Settings) -> None:
    known = """
        insert into staging.quarantined_events values (1, 3), (2, 2);
        insert into intermediate.int_deal_versions values
            ('won', 'l1', '2026-05-20', null, '2026-05-20'), ('won_later', 'l2', '2026-05-21', null, '2026-05-21'),
            ('reopened', 'l3', '2026-05-01', '2026-05-20', '2026-05-01'),
            ('outbound', null, '2026-05-01', null, '2026-05-01')
    """
    publish_run(settings, 1)
    publish_again(settings, "known", known)
    assert read(settings, "from raw.published_quarantined_rows order by all") == [(1, 3), (2, 2)]
    assert read(settings, "from raw.published_won_deals") == [("won", "l1")]


def test_changes_of_figures_and_cards_are_taken_from_the_models(settings: Settings) -> None:
    publish_run(settings, 1)
    changes = """
        insert into intermediate.int_figure_changes values
            ('volume', '2026-05-07', 'actual', '2026-05-01', 7.5, true),
            ('volume', '2026-05-08', 'actual', '2026-05-01', null, false);
        insert into intermediate.int_rate_card_changes values ('2026-05-01', 'demo', 0.1, 10, 99, 'agreed', true)
    """
    publish_again(settings, "changed", changes)
    assert read(settings, "from raw.published_figures") == [
        ("volume", date(2026, 5, 7), "actual", date(2026, 5, 1), 7.5)
    ]
    assert read(settings, "from raw.published_rate_cards") == [(date(2026, 5, 1), "demo", 0.1, 10.0, 99.0, "agreed")]


def test_publishing_a_run_again_records_it_once(settings: Settings) -> None:
    publish_run(settings, 1)
    change = "insert into intermediate.int_figure_changes values ('a', '2026-05-07', 'actual', '2026-05-01', 7.5, true)"
    change_warehouse(settings, change)
    publish(settings, "run-1", AS_OF, NOW, None)
    assert read(settings, "select count(*) from raw.publications") == [(1,)]
    assert read(settings, "select count(*) from raw.figure_ledger") == [(0,)]


def test_a_failure_on_the_way_records_nothing(settings: Settings) -> None:
    publish_run(settings, 1)
    change_warehouse(settings, "drop table intermediate.int_rate_card_changes")
    with pytest.raises(duckdb.CatalogException):
        publish(settings, "broken", AS_OF, NOW, None)
    assert read(settings, "select run_id from raw.publications") == [("run-1",)]
    assert current_version(settings).run_id == "run-1"


def test_a_restatement_is_recorded_once(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_again(settings, "restated", RESTATED)
    publish_again(settings, "same")
    assert read(settings, "select publication_number, figure, change from raw.restatements") == [(2, "actual", 2.0)]


def test_a_rollback_withdraws_what_readers_no_longer_see(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_again(settings, "signed", SIGNED + RESTATED)
    rollback(settings, log=lambda _: None)
    prepare_ledgers(settings)
    for view in ("published_targets", "published_rates", "published_restatements"):
        assert read(settings, f"from raw.{view}") == []
    assert read(settings, "select run_id from raw.last_publication") == [("run-1",)]
    prepare_ledgers(settings)
    assert read(settings, "select publication_number from raw.withdrawals") == [(2,)]


def test_rolling_forward_restores_what_was_signed_and_restated(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_again(settings, "signed", SIGNED + RESTATED)
    views = ("published_targets", "published_rates", "published_restatements")
    published = {view: read(settings, f"from raw.{view}") for view in views}
    rollback(settings, log=lambda _: None)
    prepare_ledgers(settings)
    rollback(settings, "signed", log=lambda _: None)
    prepare_ledgers(settings)
    assert {view: read(settings, f"from raw.{view}") for view in views} == published
    assert read(settings, "select run_id from raw.last_publication") == [("signed",)]


def test_what_a_run_recorded_that_died_before_the_swap_is_withdrawn(settings: Settings) -> None:
    publish_run(settings, 1)
    link = settings.published_dir / "current"
    seen = link.readlink()
    publish_again(settings, "killed", SIGNED)
    link.unlink()
    link.symlink_to(seen)
    prepare_ledgers(settings)
    assert read(settings, "select run_id from raw.last_publication") == [("run-1",)]
    publish(settings, "killed", AS_OF, NOW, None)
    assert read(settings, "select publication_number, run_id from raw.last_publication") == [(3, "killed")]
    assert len(read(settings, "from raw.published_targets")) == 1


@pytest.mark.parametrize("lost", ["published", "published/current", "published/versions"])
def test_without_what_was_published_the_ledgers_stay(settings: Settings, lost: str) -> None:
    publish_run(settings, 1)
    publish_again(settings, "signed", SIGNED + RESTATED)
    path = settings.home / lost
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)
    prepare_ledgers(settings)
    for view in ("published_targets", "published_rates", "published_restatements"):
        assert len(read(settings, f"from raw.{view}")) == 1
    assert read(settings, "select run_id from raw.last_publication") == [("signed",)]


def lose_ledgers(settings: Settings) -> None:
    """The warehouse as a release without ledgers has left it."""
    with connect(settings) as connection:
        for ledger in LEDGERS:
            connection.execute(f"drop view {ledger.view}; drop table {ledger.table}")
        connection.execute("drop view raw.last_publication; drop view raw.published_restatements")
        for table in ("publications", "withdrawals", "restatements"):
            connection.execute(f"drop table raw.{table}")


def change_mart(settings: Settings, sql: str) -> None:
    path = settings.mart_path.resolve()
    path.chmod(0o644)
    with duckdb.connect(str(path)) as mart:
        mart.execute(sql)


def test_a_mart_that_the_ledgers_do_not_hold_is_added_to_them(settings: Settings) -> None:
    """Of the release before, whose restatements had other columns."""
    publish_run(settings, 1)
    publish_again(settings, "signed", SIGNED + RESTATED)
    lose_ledgers(settings)
    renamed = "alter table rpt_restatements rename"
    change_mart(settings, f"{renamed} previous_value to was; {renamed} current_value to became")
    prepare_ledgers(settings)
    (publication,) = read(settings, "select run_id, as_of_date, last_file_number, code_hash from raw.last_publication")
    assert publication == ("signed", AS_OF, None, current_version(settings).fingerprints[fingerprints.CODE])
    figures = "select figure, count(*), sum(amount) from raw.published_figures where sla_id = 'volume' group by all"
    assert sorted(read(settings, figures)) == [("actual", 20, 100.0), ("goal", 31, 279.0)]
    assert read(settings, "select approved_by_sales from raw.published_targets") == [("Sam",)]
    assert read(settings, "select event_type, close_rate from raw.published_rates") == [("demo", 0.1)]
    assert read(settings, "select previous_value, current_value from raw.published_restatements") == [(5.0, 7.0)]
    assert len(read(settings, "from raw.published_slas")) == 3
    prepare_ledgers(settings)
    assert read(settings, "select count(*) from raw.publications") == [(1,)]


def test_a_mart_of_a_release_that_kept_no_agreements_begins_anew(settings: Settings) -> None:
    publish_run(settings, 1)
    lose_ledgers(settings)
    change_mart(settings, "drop table dim_agreed_rates")
    prepare_ledgers(settings)
    assert read(settings, "from raw.last_publication") == []


def test_a_mart_that_cannot_be_read_stops_the_refresh_with_the_remedy(settings: Settings) -> None:
    publish_run(settings, 1)
    lose_ledgers(settings)
    path = settings.mart_path.resolve()
    path.chmod(0o644)
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(CheckFailedError, match=r"versions/run-1, is not in the ledgers .*Move that folder away"):
        prepare_ledgers(settings)
    shutil.move(path.parent, settings.home / "aside")
    prepare_ledgers(settings)
    assert read(settings, "from raw.last_publication") == []


def test_changed_code_and_settings_have_other_fingerprints(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    for folder in ("models", "macros"):
        shutil.copytree(PROJECT_DIR / folder, code / folder)
    shutil.copy(PROJECT_DIR / "dbt_project.yml", code)
    before = fingerprints.take_fingerprints(settings)
    monkeypatch.setattr(fingerprints, "PROJECT_DIR", code)
    assert fingerprints.take_fingerprints(settings) == before
    with (code / "models" / "credit" / "fct_sla_daily.sql").open("a") as model:
        model.write("-- another idea of a day\n")
    elsewhere = settings.model_copy(update={"business_timezone": "Asia/Tokyo"})
    after = fingerprints.take_fingerprints(elsewhere)
    assert {reason for reason in before if before[reason] != after[reason]} == {
        fingerprints.CODE,
        fingerprints.TIME_ZONE,
    }


def test_each_named_setting_has_a_fingerprint_of_its_own(settings: Settings, tmp_path: Path) -> None:
    before = fingerprints.take_fingerprints(settings)
    (tmp_path / "rules.yml").write_text("maturity_days: 60\nshrinkage_leads: 20\n")
    euro = settings.model_copy(update={"feeds": tmp_path / "feeds.yml", "reporting_currency": "EUR"})
    after = fingerprints.take_fingerprints(euro)
    changed = {reason: after[reason] for reason in before if before[reason] != after[reason]}
    assert changed.pop(fingerprints.RULES)
    assert changed == {fingerprints.MATURITY: "60", fingerprints.CURRENCY: "EUR"}


def test_a_table_of_publications_of_an_older_release_gets_the_new_columns(settings: Settings) -> None:
    publish_run(settings, 1)
    change_warehouse(settings, "drop view raw.last_publication")
    for column in ("rows_landed", "maturity_days"):
        change_warehouse(settings, f"alter table raw.publications drop column {column}")
    publish_again(settings, "next")
    known = "select run_id, rows_landed, maturity_days from raw.publications order by publication_number"
    assert read(settings, known) == [("run-1", None, None), ("next", 2051, "90")]
