"""The message about each kind of wrong value in a cell of a seed, word for word."""

from pathlib import Path

import pytest

from tests.support.small_seeds import CARD, DEFINITIONS, HOLIDAYS, PLAN, RATES, STAGES, TARGETS, TYPES, complaints_about

MISTAKES = [
    (TARGETS, ",400,", ",-5,", 'line 2, column amount: "-5" is negative. A target is 0 or more.'),
    (
        TARGETS,
        "2026-02-01,custom,400",
        "01/02/2026,custom,400",
        'line 2, column period_start: "01/02/2026" is not written as year-month-day. '
        "Write 2026-02-01 for 1 February 2026 or 2026-01-02 for 2 January 2026.",
    ),
    (
        HOLIDAYS,
        "2026-04-03",
        "31.12.2026",
        'line 3, column holiday_date: "31.12.2026" is not written as year-month-day. '
        "Write 2026-12-31 for 31 December 2026.",
    ),
    (
        HOLIDAYS,
        "2026-04-03",
        "Good Friday",
        'line 3, column holiday_date: "Good Friday" is not written as year-month-day. Write a date such as 2026-02-01.',
    ),
    (
        HOLIDAYS,
        "2026-04-03",
        "2026-02-30",
        'line 3, column holiday_date: "2026-02-30" is not a valid date. Write a day that exists.',
    ),
    (
        HOLIDAYS,
        "2026-04-03",
        "0206-04-03",
        'line 3, column holiday_date: "0206-04-03" is a year out of range. Years go from 1900 to 2199.',
    ),
    (
        PLAN,
        "2026-05-01,all",
        "2026-05-15,all",
        'line 2, column period_start: "2026-05-15" is not the first of a month. Write 2026-05-01.',
    ),
    (
        PLAN,
        "2026-05-01,all",
        "2026-05,all",
        'line 2, column period_start: "2026-05" is not a date. Write the first of the month: 2026-05-01.',
    ),
    (
        PLAN,
        "400000",
        '"$400,000"',
        'line 3, column new_revenue: "$400,000" is not a plain number. Write 400000: no thousands separator, '
        "no currency, no % sign, and a point before decimals.",
    ),
    (
        RATES,
        "1.15",
        '"1,15"',
        'line 2, column rate: "1,15" is not a plain number. Write 1.15: no thousands separator, no currency, '
        "no % sign, and a point before decimals.",
    ),
    (
        PLAN,
        ",20,,2",
        ",twenty,,2",
        'line 2, column customers: "twenty" is not a number. Write digits, with a point before decimals, '
        "such as 1200 or 0.05.",
    ),
    (
        PLAN,
        "400000",
        "1" * 16,
        f'line 3, column new_revenue: "{"1" * 16}" is too large. New revenue has at most 15 digits before the point.',
    ),
    (
        PLAN,
        "20000,",
        "0,",
        'line 3, column average_deal_value: "0" is zero. An average deal value is more than 0.',
    ),
    (
        RATES,
        "1.15",
        "1.1512345",
        'line 2, column rate: "1.1512345" has too many decimals. An exchange rate is kept with 6; round it.',
    ),
    (
        RATES,
        "EUR,2026-01-01",
        "eur,2026-01-01",
        'line 2, column currency: "eur" is not an ISO 4217 currency code. Write EUR.',
    ),
    (
        RATES,
        "EUR,2026-01-01",
        "Euro,2026-01-01",
        'line 2, column currency: "Euro" is not an ISO 4217 currency code. Write three capital letters, such as EUR.',
    ),
    (
        CARD,
        "0.10",
        "10",
        'line 2, column close_rate: "10" is more than 1. A close rate is between 0 and 1: write 0.10 for 10 %.',
    ),
    (
        CARD,
        "0.10",
        "2.5 %",
        'line 2, column close_rate: "2.5 %" has a % sign. A close rate is between 0 and 1: write 0.025 for 2.5 %.',
    ),
    (CARD, "0.10", "-0.1", 'line 2, column close_rate: "-0.1" is negative. A close rate is between 0 and 1.'),
    (
        PLAN,
        "0.60",
        "150",
        'line 3, column marketing_share: "150" is more than 1. Marketing\'s share is between 0 and 1.',
    ),
    (
        CARD,
        "Ada",
        "",
        "line 2, column approved_by_marketing: the value is missing. It needs the name of who signed for Marketing.",
    ),
    (
        CARD,
        "Sam",
        "",
        "line 2, column approved_by_sales: the value is missing. It needs the name of who signed for Sales.",
    ),
    (
        PLAN,
        ",20,,2",
        ",20,,1.5",
        'line 2, column sales_cycle_months: "1.5" is not a whole number. A sales cycle is written with digits only, '
        "such as 2.",
    ),
    (
        PLAN,
        ",20,,2",
        ",20,,-2",
        'line 2, column sales_cycle_months: "-2" is out of range. A sales cycle is a whole number from 0 to 120.',
    ),
    (
        TYPES,
        "10,true",
        "10,yes",
        'line 3, column is_qualifying: "yes" is neither true nor false. Write true or false.',
    ),
    (
        TYPES,
        "20,true",
        "high,true",
        'line 4, column funnel_rank: "high" is not a whole number. A funnel rank is written with digits only, '
        "such as 2.",
    ),
    (
        STAGES,
        "open",
        "opn",
        'line 2, column outcome: "opn" is not allowed. Write one of open, won, lost. Did you mean open?',
    ),
    (
        DEFINITIONS,
        "Leads,leads",
        "Leads,money",
        'line 2, column unit: "money" is not allowed. Write one of leads, points, value.',
    ),
    (
        DEFINITIONS,
        "business_days",
        "Business Days",
        'line 2, column pacing: "Business Days" is not allowed. Write one of calendar_days, business_days. '
        "Did you mean business_days?",
    ),
    (
        DEFINITIONS,
        "last_period",
        "last_month",
        'line 2, column goal_basis: "last_month" is not allowed. Write one of custom, last_period, '
        "same_period_last_year, trailing_3_average, plan.",
    ),
    (
        TARGETS,
        "catch_up",
        "catchup",
        'line 3, column change_policy: "catchup" is not allowed. Write one of prospective, retroactive, catch_up. '
        "Did you mean catch_up?",
    ),
    (
        HOLIDAYS,
        "all,",
        "All,",
        'line 2, column segment: "All" is spelled differently from all, the code for every segment. Write all.',
    ),
    (
        TYPES,
        "demo_request,",
        "demo_request ,",
        'line 4, column event_type: "demo_request " has leading or trailing whitespace. Remove it.',
    ),
    (
        TARGETS,
        "Trade fair",
        '"Trade\nfair"',
        'line 3, column reason: "Trade\\nfair" contains a line break. Keep a value on one line, and close every '
        "double quote.",
    ),
    (
        DEFINITIONS,
        "leads_all,",
        "leads\u200b_all,",
        'line 2, column sla_id: "leads\\u200b_all" contains an invisible character (U+200B). Type the value again.',
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES)
def test_a_mistake_in_one_cell_is_named_with_its_place_and_remedy(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    assert complaints_about(tmp_path / "seeds", file, old, new) == [f"seeds/{file}, {message}"]
