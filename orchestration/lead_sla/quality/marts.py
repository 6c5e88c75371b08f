"""The second boundary: the finished marts, before they are published, from the point of view of their readers."""

from collections.abc import Iterator
from datetime import date

from lead_sla.quality.checks import Check, Suite
from lead_sla.quality.mart_queries import (
    ACTUAL_CUMULATIVE_IS_RUNNING_TOTAL,
    ACTUALS_END_ON_AS_OF_DATE,
    DAILY_CREDIT_EQUALS_CUMULATIVE_ACTUAL,
    ELAPSED_SHARE_ENDS_AT_ONE,
    EVERY_SLA_HAS_A_STATUS,
    POINTS_MATCH_CLOSE_RATE,
    SLA_SEGMENTS_HAVE_LEADS,
)

CUMULATIVE = "marts.fct_sla_daily_cumulative"
REBUILD = (
    "Nothing was published; readers keep the previous version. Run `lead-sla refresh --full-refresh`. If the check "
    "fails again, a model is wrong: "
)


def mart_suite(as_of_date: date) -> Suite:
    """The checks of the schema `marts`; all are errors but one, which looks for a misspelled segment.

    Args:
        as_of_date: the last day that counts, for which the marts were built.
    """
    checks = (*_errors(), _segments_check())
    return Suite("marts", checks, {"as_of_date": f"date '{as_of_date}'"})


def _check(name: str, table: str, description: str, remedy: str, query: str) -> Check:
    return Check(name, table, "error", description, REBUILD + remedy, query)


def _errors() -> Iterator[Check]:
    yield _check(
        "every_sla_has_a_status",
        "marts.rpt_sla_status",
        "Every SLA has a row for as_of_date.",
        "check the join and the filter of rpt_sla_status.",
        EVERY_SLA_HAS_A_STATUS,
    )
    yield _check(
        "actual_cumulative_is_running_total",
        CUMULATIVE,
        "actual_cumulative is the running total of the period's actual.",
        "check the window function in fct_sla_daily_cumulative.",
        ACTUAL_CUMULATIVE_IS_RUNNING_TOTAL,
    )
    yield _check(
        "actuals_end_on_as_of_date",
        CUMULATIVE,
        "actual, actual_cumulative and status are set up to as_of_date and null after it.",
        "check the comparisons with as_of_date in fct_sla_daily_cumulative.",
        ACTUALS_END_ON_AS_OF_DATE,
    )
    yield _check(
        "elapsed_share_ends_at_one",
        CUMULATIVE,
        "elapsed_share is 1 on the last day of a period, unless the period has no working day.",
        "check the weights in int_sla_pacing_weights.",
        ELAPSED_SHARE_ENDS_AT_ONE,
    )
    yield _check(
        "points_match_close_rate",
        "marts.fct_rate_cards",
        "The points of a lead are 100 times its close rate.",
        "check the macro points_of.",
        POINTS_MATCH_CLOSE_RATE,
    )
    yield _check(
        "daily_credit_equals_cumulative_actual",
        "marts.fct_sla_daily",
        "The credit of a period's days, in the SLA's unit, adds up to actual_cumulative of its last day, or of "
        "as_of_date.",
        "compare fct_sla_daily with fct_sla_daily_cumulative for the SLA and period.",
        DAILY_CREDIT_EQUALS_CUMULATIVE_ACTUAL,
    )


def _segments_check() -> Check:
    return Check(
        "sla_segments_have_leads",
        "marts.dim_slas",
        "warn",
        "The segment of every SLA has had leads.",
        "Segments are case-sensitive. Write the segment in targets/sla_definitions.csv as it is in the events. If its "
        "first lead is still to come, do nothing.",
        SLA_SEGMENTS_HAVE_LEADS,
    )
