"""The whole mart, table by table, as section 10 of the specification lists it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import cast

from tests.oracle.backtest import AUTO, Backtest, backtests, chosen_method, method_in_use, shrunk_rates
from tests.oracle.cards import Card, Weighted, bookings, mix_of, rate_card, weighted_close_rates
from tests.oracle.close_rates import CloseRate, close_rates
from tests.oracle.daily import cumulative_rows, daily_rows
from tests.oracle.dates import DAY, days_between, last_of_month, month_of, months_between
from tests.oracle.events import ALL, stage
from tests.oracle.forecast_backtest import calibration_rows, forecast_backtest_rows, past_days
from tests.oracle.gap_drivers import Month, credit_of, gap_driver_row, gap_driver_rows_by_type, usual_month, what_came
from tests.oracle.goals import Goal, Sla, goals_of, plan_solver, slas_of
from tests.oracle.inputs import Inputs, Row, Tables, is_true, need, text
from tests.oracle.leads import World, world_as_of
from tests.oracle.quality import quality_rows
from tests.oracle.sales import open_pipeline_rows, won_deal_rows
from tests.oracle.sla_periods import sla_period_rows
from tests.oracle.sources import source_rows

STATUS_COLUMNS_LEFT_OUT = {"date"}


def calculate(inputs: Inputs) -> Tables:
    """Every table of the published mart but `publication`.

    Returns:
        table name -> rows; a row maps column name to `date`, `str`, `bool`, `int`, `float` or None.
    """
    staged = stage(inputs)
    world = world_as_of(staged, inputs, inputs.parameters.as_of_date)
    periods = periods_of(world)
    segments = [ALL, *sorted({lead.segment for lead in world.leads})]
    worlds = {period: world_as_of(staged, inputs, period - DAY) for period in periods}
    rates, cards, weighted = _priced(worlds, segments, inputs)
    priced = {(card.period_start, card.event_type): card for card in cards}
    booked = bookings(world, priced)
    solve = plan_solver(inputs, weighted)
    goals = {sla: goals_of(sla, periods, booked, solve, inputs) for sla in slas_of(inputs)}
    waterfalls = {sla: cumulative_rows(each, booked, inputs) for sla, each in goals.items()}
    cumulative = [row for rows in waterfalls.values() for row in rows]
    tested = backtests(world, periods, shrunk_rates(rates), inputs.parameters)
    return {
        "dim_dates": [_date_row(day) for day in days_between(periods[0], last_of_month(periods[-1]))],
        "dim_event_types": _event_type_rows(inputs),
        "dim_slas": [asdict(sla) for sla in goals],
        "fct_close_rates": [asdict(rate) for rate in rates],
        "fct_rate_cards": [_card_row(card) for card in cards],
        "fct_weighted_close_rates": [asdict(row) for row in weighted],
        "fct_sla_goals": [_goal_row(goal) for each in goals.values() for goal in each],
        "fct_sla_daily": [row for sla in goals for row in daily_rows(sla, booked)],
        "fct_sla_daily_cumulative": cumulative,
        "rpt_sla_status": _status_rows(cumulative, {sla.sla_id: sla.label for sla in goals}, inputs),
        "rpt_close_rate_backtest": [_backtest_row(row) for row in tested],
        "rpt_data_quality": quality_rows(staged, world, booked, inputs),
        "fct_source_close_rates": source_rows(worlds, priced, inputs.parameters),
        "fct_sla_periods": sla_period_rows(waterfalls, inputs.parameters.as_of_date),
        "fct_won_deals_monthly": won_deal_rows(world),
        "rpt_open_pipeline": open_pipeline_rows(world, inputs),
        **_gap_driver_tables(world, worlds, waterfalls, cards, inputs),
        **_forecast_tables(waterfalls, inputs),
    }


def periods_of(world: World) -> list[date]:
    """Every month from the first lead's to that of the day the world was cut on."""
    first = min((lead.lead_date for lead in world.leads), default=world.cut)
    return months_between(first, world.cut)


def _priced(
    worlds: Mapping[date, World], segments: Sequence[str], inputs: Inputs
) -> tuple[list[CloseRate], list[Card], list[Weighted]]:
    """Close rates, cards and weighted rates of every period, each from what was known the day before it."""
    rules = inputs.parameters
    rates: list[CloseRate] = []
    cards: list[Card] = []
    weighted: list[Weighted] = []
    for period, world in worlds.items():
        of_period = close_rates(world, period, segments, inputs.qualifying_types, rules)
        wanted = rules.close_rate_method
        if wanted == AUTO:
            wanted = chosen_method(world, period, shrunk_rates(rates), rules)
        method = method_in_use([rate for rate in of_period if rate.segment == ALL], wanted)
        card = rate_card(world, period, of_period, method, inputs)
        by_type = {(row.period_start, row.event_type): row for row in card}
        rates += of_period
        cards += card
        weighted += weighted_close_rates(world, period, segments, by_type, rules)
    return rates, cards, weighted


def _gap_driver_tables(
    world: World,
    worlds: Mapping[date, World],
    waterfalls: Mapping[Sla, Sequence[Row]],
    cards: Sequence[Card],
    inputs: Inputs,
) -> Tables:
    """Why the gap, in every period on its last day or `as_of_date`: both tables, for every SLA."""
    rules = inputs.parameters
    rows: list[Row] = []
    by_type: list[Row] = []
    for period, before in worlds.items():
        day = min(last_of_month(period), rules.as_of_date)
        card = [row for row in cards if row.period_start == period]
        for sla, waterfall in waterfalls.items():
            [standing] = [row for row in waterfall if row["date"] == day]
            due, gap = (cast(float | None, standing[name]) for name in ("target_cumulative", "gap"))
            credit = credit_of(sla, card)
            usual = usual_month(sla, mix_of(before, period, sla.segment, rules), credit)
            month = Month(usual, what_came(sla, period, world.leads, card), credit)
            rows.append(gap_driver_row(sla, day, due, month, gap))
            by_type += gap_driver_rows_by_type(sla, day, due, month)
    return {"rpt_sla_gap_drivers": rows, "rpt_sla_gap_drivers_by_type": by_type}


def _forecast_tables(waterfalls: Mapping[Sla, Sequence[Row]], inputs: Inputs) -> Tables:
    """How the forecasts of periods that have ended held: both tables."""
    days = {sla.sla_id: past_days(rows, inputs.parameters.as_of_date) for sla, rows in waterfalls.items()}
    return {
        "rpt_forecast_backtest": [row for sla_id, past in days.items() for row in forecast_backtest_rows(sla_id, past)],
        "rpt_forecast_calibration": [row for sla_id, past in days.items() for row in calibration_rows(sla_id, past)],
    }


def _backtest_row(row: Backtest) -> Row:
    return {**asdict(row), "error_rate": row.error_rate}


def _date_row(day: date) -> Row:
    return {
        "date": day,
        "period_start": month_of(day),
        "day_of_period": day.day,
        "iso_weekday": day.isoweekday(),
        "is_weekend": day.isoweekday() > 5,
    }


def _event_type_rows(inputs: Inputs) -> list[Row]:
    rows: list[Row] = []
    for code, row in inputs.event_types.items():
        rank = text(row, "funnel_rank")
        rows.append(
            {
                "event_type": code,
                "label": text(row, "label"),
                "funnel_stage": text(row, "funnel_stage"),
                "funnel_rank": None if rank is None else int(rank),
                "is_qualifying": is_true(need(row, "is_qualifying")),
            }
        )
    return rows


def _card_row(card: Card) -> Row:
    return {**asdict(card), "points": card.points, "value": card.value}


def _goal_row(goal: Goal) -> Row:
    return {
        "sla_id": goal.sla.sla_id,
        "period_start": goal.period_start,
        "custom_amount": goal.custom_amount,
        **goal.bases,
        "goal_basis": goal.goal_basis,
        "target": goal.target,
    }


def _status_rows(cumulative: Iterable[Row], labels: dict[str, str], inputs: Inputs) -> list[Row]:
    """The rows of `as_of_date`; its own column `date` would only repeat `as_of_date` and is left out."""
    as_of_date = inputs.parameters.as_of_date
    return [
        {
            **{name: cell for name, cell in row.items() if name not in STATUS_COLUMNS_LEFT_OUT},
            "as_of_date": as_of_date,
            "label": labels[str(row["sla_id"])],
        }
        for row in cumulative
        if row["date"] == as_of_date
    ]
