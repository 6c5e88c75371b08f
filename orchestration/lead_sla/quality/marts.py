"""The second boundary: the finished marts, looked at as their readers will, before they are published."""

from collections.abc import Iterator
from datetime import date

from lead_sla.quality.checks import Check, ColumnValues, NoRows, Suite
from lead_sla.quality.mart_queries import (
    ACTUAL_ADDS_UP,
    ACTUALS_REACH_AS_OF_DATE,
    DAYS_ARE_COMPLETE,
    ELAPSED_SHARE_ENDS_AT_ONE,
    GOAL_ENDS_AT_TARGET,
    INTERVALS_HOLD_THE_RATE,
    LANDED_ROWS_ARE_CONSERVED,
    LEDGER_CONSERVES,
    POINTS_FOLLOW_THE_RATE,
    SEGMENTS_HAVE_LEADS,
    STATUS_IS_OF_AS_OF_DATE,
)

DAILY = "marts.fct_sla_daily_cumulative"
STATUSES = ("no_target", "too_early", "ahead", "on_track", "at_risk", "behind")
TOLERANCE = 1e-9
REBUILD = (
    "Nothing was published; readers keep the version before. Run `lead-sla refresh --full-refresh`. If the check fails "
    "again, a model is wrong: "
)


def mart_suite(as_of_date: date) -> Suite:
    """The checks of the schema `marts`; all of them block but one, which looks for a slip in the agreements.

    Args:
        as_of_date: the last day that counts, for which the marts were built.
    """
    checks = (*_daily_checks(), *_rate_checks(), *_conservation_checks(), _segments_check())
    return Suite("marts", checks, {"as_of_date": f"date '{as_of_date}'"})


def _check(name: str, table: str, description: str, remedy: str, rule: NoRows | ColumnValues) -> Check:
    return Check(name, table, "error", description, REBUILD + remedy, rule)


def _daily_checks() -> Iterator[Check]:
    yield _check(
        "every_sla_has_every_day",
        DAILY,
        "Every SLA has a row for every day from the first period to the last day of as_of_date's month.",
        "see where int_sla_pacing_weights or a join after it drops days.",
        NoRows(DAYS_ARE_COMPLETE),
    )
    yield _check(
        "every_sla_has_a_status",
        "marts.rpt_sla_status",
        "Every SLA has its row of as_of_date.",
        "see what rpt_sla_status takes from fct_sla_daily_cumulative.",
        NoRows(STATUS_IS_OF_AS_OF_DATE),
    )
    yield _check(
        "goal_ends_at_target",
        DAILY,
        "The cumulative goal of a period's last day is the period's target.",
        "see the curve in int_sla_target_curves and the rows of sla_targets.csv for the period.",
        NoRows(GOAL_ENDS_AT_TARGET),
    )
    yield _check(
        "actual_adds_up",
        DAILY,
        "The cumulative actual is the sum of the period's daily actuals so far.",
        "see fct_sla_daily_cumulative.",
        NoRows(ACTUAL_ADDS_UP),
    )
    yield _check(
        "actuals_reach_as_of_date",
        DAILY,
        "Actuals and status are there up to as_of_date, and empty after it.",
        "see where fct_sla_daily_cumulative compares with as_of_date.",
        NoRows(ACTUALS_REACH_AS_OF_DATE),
    )
    yield _check(
        "statuses_are_known",
        DAILY,
        f"A status is one of {', '.join(STATUSES)}.",
        "see the macro sla_status.",
        ColumnValues(
            "ExpectColumnValuesToBeInSet", {"column": "status", "value_set": list(STATUSES)}, ("sla_id", "date")
        ),
    )
    yield _ratio("elapsed_shares_are_ratios", DAILY, "elapsed_share", ("sla_id", "date"))
    yield _check(
        "elapsed_share_ends_at_one",
        DAILY,
        "The elapsed share of a period's last day is 1, unless the period has no working day at all.",
        "see the weights in int_sla_pacing_weights.",
        NoRows(ELAPSED_SHARE_ENDS_AT_ONE),
    )
    yield _ratio("hit_probabilities_are_ratios", DAILY, "hit_probability", ("sla_id", "date"))


def _rate_checks() -> Iterator[Check]:
    rates, cards, weighted = "marts.fct_close_rates", "marts.fct_rate_cards", "marts.fct_weighted_close_rates"
    grain = ("period_start", "segment", "event_type", "method")
    yield _ratio("close_rates_are_ratios", rates, "close_rate", grain)
    yield _ratio("shrunk_close_rates_are_ratios", rates, "shrunk_close_rate", grain)
    yield _check(
        "intervals_hold_the_close_rate",
        rates,
        "A close rate lies within its interval, and the interval within 0 and 1.",
        "see the macro wilson_bound.",
        NoRows(INTERVALS_HOLD_THE_RATE),
    )
    yield _ratio("card_rates_are_ratios", cards, "close_rate", ("period_start", "event_type"))
    yield _check(
        "points_follow_the_close_rate",
        cards,
        "The points of a lead are 100 times its close rate.",
        "see the macro points_of.",
        NoRows(POINTS_FOLLOW_THE_RATE),
    )
    yield _ratio("weighted_close_rates_are_ratios", weighted, "weighted_close_rate", ("period_start", "segment"))


def _conservation_checks() -> Iterator[Check]:
    yield _check(
        "ledger_conserves",
        "marts.fct_sla_daily",
        "What was booked in a period, in the SLA's unit, is the cumulative actual of its last day, or of as_of_date.",
        "see where fct_sla_daily and fct_sla_daily_cumulative part.",
        NoRows(LEDGER_CONSERVES),
    )
    yield _check(
        "landed_rows_are_conserved",
        "marts.rpt_data_quality",
        "Of every feed, the rows that landed are those accepted, replayed or in quarantine.",
        "see the column disposition of the staging models.",
        NoRows(LANDED_ROWS_ARE_CONSERVED),
    )


def _segments_check() -> Check:
    return Check(
        "segments_of_slas_have_leads",
        "marts.dim_slas",
        "warn",
        "Every SLA counts a segment that leads have had.",
        "Segments are compared letter by letter. Write the segment in targets/sla_definitions.csv as the events have "
        "it, or leave it if its first lead is still to come.",
        NoRows(SEGMENTS_HAVE_LEADS),
    )


def _ratio(name: str, table: str, column: str, keys: tuple[str, ...]) -> Check:
    bounds = {"column": column, "min_value": -TOLERANCE, "max_value": 1 + TOLERANCE}
    return _check(
        name,
        table,
        f"{column} lies between 0 and 1, or is empty.",
        f"see how it computes {column}.",
        ColumnValues("ExpectColumnValuesToBeBetween", bounds, keys),
    )
