"""Every table of the page shows the mart's figures, for every agreement and every month that it carries."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page

from lead_sla.formatting import STATUS_WORDS, show_number
from lead_sla.mart.reading import fetch
from lead_sla.reporting.page import SYMBOLS
from tests.support.browser import READ, SHOW
from tests.support.reported_company import ROCKET

pytestmark = pytest.mark.external


def percent(ratio: float | None, decimals: int = 1) -> str:
    return "-" if ratio is None else f"{100 * ratio:,.{decimals}f} %"


def rate(ratio: float | None) -> str:
    return percent(ratio, 2)


def signed(value: float | None) -> str:
    return show_number(value) if value is None or value <= 0 else "+" + show_number(value)


def status(code: str | None) -> str:
    return "-" if code is None else f"{SYMBOLS[code]} {STATUS_WORDS[code]}"


def text(value: Any) -> str:
    return "-" if value in (None, "") else str(value)


def same(shown: str, expected: str) -> bool:
    """Equal, or apart by one in the last digit shown, where two languages may round a half differently."""
    if shown == expected:
        return True
    numbers = [re.sub(r"[ ,%+]", "", side) for side in (shown, expected)]
    digits = min(len(number.partition(".")[2]) for number in numbers)
    try:
        return abs(float(numbers[0]) - float(numbers[1])) < 1.001 * 10**-digits
    except ValueError:
        return False


def table(
    mart: duckdb.DuckDBPyConnection, sql: str, shows: list[Callable[[Any], str]], *parameters: Any
) -> list[list[str]]:
    rows = mart.execute(sql, list(parameters)).fetchall()
    return [[show(value) for show, value in zip(shows, row, strict=True)] for row in rows]


def expected_tables(mart: duckdb.DuckDBPyConnection, sla: dict[str, Any], period: date) -> dict[str, list[list[str]]]:
    """What the page must show of one SLA and month, straight from the mart."""
    label = "coalesce(nullif(label, ''), event_type)"
    types = f"inner join (select event_type, {label} as type from dim_event_types) as types using (event_type)"
    number = show_number
    return {
        "waterfall": table(
            mart,
            "select date, actual_cumulative, target_cumulative, gap, attainment_rate, required_per_remaining_weight, "
            "projected_total, projected_low, projected_high, hit_probability, months_compared, status "
            "from fct_sla_daily_cumulative where sla_id = $1 and period_start = $2 order by date",
            [text, number, number, signed, percent, number, number, number, number, percent, number, status],
            sla["sla_id"],
            period,
        ),
        "daily": table(
            mart,
            f"select date, type, leads, points, value from fct_sla_daily {types} "
            "where sla_id = $1 and date_trunc('month', date) = $2 order by date, event_type",
            [text, text, number, number, number],
            sla["sla_id"],
            period,
        ),
        "rates": table(
            mart,
            f"select type, method, leads, customers, close_rate, close_rate_low, close_rate_high, shrunk_close_rate "
            f"from fct_close_rates {types} where segment = $1 and period_start = $2 order by event_type, method",
            [text, text, number, number, rate, rate, rate, rate],
            sla["segment"],
            period,
        ),
        "card": table(
            mart,
            "select type, close_rate, points, average_deal_value, value, rate_source from fct_rate_cards "
            f"{types.replace('select event_type', 'select event_type, funnel_rank')} "
            "where period_start = $1 order by funnel_rank desc",
            [text, rate, number, number, number, text],
            period,
        ),
        "sources": table(
            mart,
            "select replace(source_kind, '_', ' '), source, leads, customers, close_rate, close_rate_low, "
            "close_rate_high, points, value, won_value from fct_source_close_rates where period_start = $1 "
            "order by source_kind, leads desc, source",
            [text, text, number, number, rate, rate, rate, number, number, number],
            period,
        ),
        "goals": table(
            mart,
            "select unnest(['agreed figure', 'last month', 'same month last year', 'mean of last three months', "
            "'revenue plan']), unnest([custom_amount, last_period, same_period_last_year, trailing_3_average, plan]), "
            "unnest([if(goal_basis = basis, 'yes', 'no') for basis in ['custom', 'last_period', "
            "'same_period_last_year', 'trailing_3_average', 'plan']]), target "
            "from fct_sla_goals where sla_id = $1 and period_start = $2",
            [text, number, text, number],
            sla["sla_id"],
            period,
        ),
        "gap": expected_gap(mart, sla["sla_id"], period, types),
        "months": table(
            mart,
            "select strftime(period_start, '%Y-%m'), last(actual_cumulative order by date), "
            "last(target_cumulative order by date), last(attainment_rate order by date), last(status order by date) "
            "from fct_sla_daily_cumulative where sla_id = $1 and period_start between $2 - interval 11 month and $2 "
            "and period_start >= '2025-06-01' and actual is not null group by period_start order by period_start",
            [text, number, number, percent, status],
            sla["sla_id"],
            period,
        ),
        "trust": table(
            mart,
            "select elapsed_tenth, days, band_hit_rate, mean_interval_score, mean_absolute_error_projection, "
            "mean_absolute_error_run_rate from rpt_forecast_backtest where sla_id = $1 order by elapsed_tenth",
            [number, number, percent, percent, percent, percent],
            sla["sla_id"],
        ),
        "chances": table(
            mart,
            "select probability_bin, days, predicted_rate, realized_rate from rpt_forecast_calibration "
            "where sla_id = $1 order by probability_bin",
            [number, number, percent, percent],
            sla["sla_id"],
        ),
        "agreement": expected_agreement(mart, sla["sla_id"], period),
    }


def expected_agreement(mart: duckdb.DuckDBPyConnection, sla_id: str, period: date) -> list[list[str]]:
    targets = table(
        mart,
        "select 'Target', effective_from, goal_basis, amount, change_policy, reason, approved_by_marketing, "
        "approved_by_sales from dim_agreed_targets where sla_id = $1 and period_start = $2 order by effective_from",
        [text, text, text, show_number, text, text, text, text],
        sla_id,
        period,
    )
    rates = table(
        mart,
        "select 'Close rate of ' || coalesce(nullif(label, ''), event_type), effective_from, null, close_rate, null, "
        "note, approved_by_marketing, approved_by_sales from dim_agreed_rates inner join dim_event_types "
        "using (event_type) where effective_from <= $1 "
        "qualify row_number() over (partition by event_type order by effective_from desc) = 1 order by event_type",
        [text, text, text, rate, text, text, text, text],
        period,
    )
    return targets + rates


def expected_headline(mart: duckdb.DuckDBPyConnection, sla: dict[str, Any], period: date) -> str:
    row = mart.execute(
        "select actual_cumulative, target_cumulative, target, attainment_rate, status from fct_sla_daily_cumulative "
        "where sla_id = $1 and period_start = $2 and actual is not null order by date desc limit 1",
        [sla["sla_id"], period],
    ).fetchone()
    assert row is not None
    actual, due, goal, attained, code = row
    currency = "USD" if sla["unit"] == "value" else None
    month = show_number(goal, currency=currency)
    against = {
        "no_target": "to date",
        "too_early": f"to date, the goal of the month is {month}",
        "met": f"of {month}, {percent(attained)}",
        "missed": f"of {month}, {percent(attained)}",
    }.get(code, f"of {show_number(due, currency=currency)} to date, {percent(attained)}")
    reached = show_number(actual, currency=currency if code == "no_target" else None)
    return f"{sla['label']}, {period:%Y-%m}: {reached} {against} - {status(code)}"


def expected_gap(mart: duckdb.DuckDBPyConnection, sla_id: str, period: date, types: str) -> list[list[str]]:
    effects = "planned_leads, actual_leads, volume_effect, mix_effect, upgrade_effect, gap"
    shows = [text, show_number, show_number, signed, signed, signed, signed]
    ranked = types.replace("select event_type", "select event_type, funnel_rank")
    of_month = "where sla_id = $1 and period_start = $2"
    by_type = f"from rpt_sla_gap_drivers_by_type {ranked} {of_month} order by funnel_rank desc"
    total = f"from rpt_sla_gap_drivers {of_month}"
    parts = table(mart, f"select type, {effects} {by_type}", shows, sla_id, period)
    return parts + table(mart, f"select 'all types', {effects} {total}", shows, sla_id, period)


@pytest.mark.parametrize("months", [3, pytest.param(13, marks=pytest.mark.soak)])
def test_every_table_shows_the_mart_s_figures_for_every_agreement_and_month(
    mart: duckdb.DuckDBPyConnection, open_page: Callable[..., Page], months: int
) -> None:
    page = open_page()
    compared = 0
    periods = [row["period_start"] for row in fetch(mart, "select distinct period_start from fct_sla_goals")]
    for sla in fetch(mart, "from dim_slas"):
        for period in sorted(periods)[-months:]:
            page.evaluate(SHOW, f"sla={sla['sla_id']}&month={period:%Y-%m}")
            shown = page.evaluate(READ)
            assert page.locator("#headline").text_content() == expected_headline(mart, sla, period)
            for name, rows in expected_tables(mart, sla, period).items():
                found = shown[name][1:]
                assert len(found) == len(rows), (sla["sla_id"], period, name, found, rows)
                for row, wanted in zip(found, rows, strict=True):
                    assert all(map(same, row, wanted)), (sla["sla_id"], period, name, row, wanted)
                    compared += len(row)
    assert compared > 1_500 * months


def test_what_does_not_depend_on_the_switches_is_the_mart_s_too(
    mart: duckdb.DuckDBPyConnection, open_page: Callable[..., Page]
) -> None:
    shown = open_page("#sla=leads_all").evaluate(READ)
    quality = table(
        mart,
        "select feed, label, row_count, new_row_count, meaning, remedy "
        "from rpt_data_quality inner join dim_data_quality_reasons using (reason) "
        "where row_count > 0 or reason in ('landed', 'accepted') order by feed, sort_order",
        [text, text, show_number, show_number, text, text],
    )
    assert shown["quality"][1:] == quality
    moved = table(
        mart,
        "select strftime(published_at, '%Y-%m-%d %H:%M'), sla_id, date, if(is_closed_period, 'yes', 'no'), figure, "
        "previous_value, current_value, change, reason from rpt_restatements",
        [text, text, text, text, text, show_number, show_number, signed, text],
    )
    found = shown["restatements"][1:]
    assert len(found) == len(moved) > 0
    assert [row[0] for row in found] == sorted((row[0] for row in moved), reverse=True)
    for row, wanted in zip(sorted(found), sorted(moved), strict=True):
        assert all(map(same, row, wanted)), (row, wanted)
    agreement = shown["agreement"][1:]
    assert ["Target", "2026-06-01", "custom", "90", "prospective", "<i>Spring</i>", "Mía", "S"] in agreement
    assert [row[3] for row in agreement if row[0] == f"Close rate of {ROCKET} \\ label"] == ["20.00 %"]
