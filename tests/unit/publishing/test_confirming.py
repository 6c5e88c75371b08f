"""A changed setting is published without a question only while it changes no closed month."""

from pathlib import Path

import pytest

from lead_sla.errors import CheckFailedError
from lead_sla.publishing.confirming import require_confirmation
from lead_sla.settings import Settings, load_settings
from tests.support.small_warehouse import change_warehouse, publish_run

# Published as of 20 May: April and March are closed, May is not.
RESTATED = """
insert into intermediate.int_restated_figures values
    ('volume', '2026-03-31', 'actual', '2026-03-01', 4, 2),
    ('volume', '2026-04-01', 'actual', '2026-04-01', 5, 7.5),
    ('volume', '2026-04-30', 'actual', '2026-04-01', 5, 6),
    ('volume', '2026-05-01', 'actual', '2026-05-01', 5, 99)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(home=tmp_path, feeds=tmp_path / "feeds.yml")
    publish_run(settings, 1)
    return settings


def test_what_changed_is_named_with_the_closed_months_that_move_and_by_how_much_at_most(settings: Settings) -> None:
    change_warehouse(settings, RESTATED)
    with pytest.raises(CheckFailedError) as refused:
        require_confirmation(settings.model_copy(update={"business_timezone": "Asia/Tokyo"}))
    assert str(refused.value) == (
        "The business time zone is Asia/Tokyo, and was UTC when the mart was published. This would change 2 closed "
        "months, by at most 3.5 (Leads, all regions in 2026-04). Nothing was published. Set it back and rerun, or run "
        "`lead-sla refresh --confirm` to change the published months; rpt_restatements then lists every figure."
    )


@pytest.mark.parametrize(
    ("rules", "currency", "sentence"),
    [
        ("", "EUR", "The reporting currency is EUR, and was USD"),
        ("maturity_days: 60\n", "USD", "The rule maturity_days is 60, and was 90"),
        ("close_rate_method: matured\n", "USD", "The rule close_rate_method is matured, and was auto"),
    ],
)
def test_each_setting_that_rewrites_history_asks(settings: Settings, rules: str, currency: str, sentence: str) -> None:
    change_warehouse(settings, RESTATED)
    settings.rules.write_text(rules)
    with pytest.raises(CheckFailedError, match=sentence):
        require_confirmation(settings.model_copy(update={"reporting_currency": currency}))


def test_without_a_changed_setting_or_a_closed_month_that_moves_nothing_is_asked(settings: Settings) -> None:
    tokyo = settings.model_copy(update={"business_timezone": "Asia/Tokyo"})
    require_confirmation(tokyo)
    change_warehouse(settings, RESTATED)
    require_confirmation(settings)
    change_warehouse(settings, "delete from intermediate.int_restated_figures where period_start < '2026-05-01'")
    require_confirmation(tokyo)


def test_before_the_first_publication_nothing_is_asked(settings: Settings) -> None:
    change_warehouse(settings, RESTATED)
    change_warehouse(settings, "delete from raw.publications")
    require_confirmation(settings.model_copy(update={"business_timezone": "Asia/Tokyo"}))
