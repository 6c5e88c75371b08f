"""The message about cells of a seed that are valid one by one but not together, word for word."""

from pathlib import Path

import pytest

from tests.support.small_seeds import CARD, DEFINITIONS, HOLIDAYS, PLAN, RATES, STAGES, TARGETS, TYPES, complaints_about

MISTAKES = [
    (
        TARGETS,
        "custom,400",
        "custom,",
        "line 2, column amount: the value is missing. The goal basis custom needs an amount.",
    ),
    (
        TARGETS,
        "plan,,",
        "plan,7,",
        'line 4, column amount: "7" would be ignored, because the goal basis is "plan". Leave it empty, or write '
        "custom.",
    ),
    (
        TARGETS,
        "2026-02-16",
        "2026-03-02",
        'line 3, column effective_from: "2026-03-02" is after the end of the month that begins on "2026-02-01". '
        "Write a day of that month, or nothing for its first.",
    ),
    (
        TARGETS,
        "2026-02-16",
        "",
        "line 3, column effective_from: line 2 already has sla_id leads_all, period_start 2026-02-01, effective_from "
        "2026-02-01. Delete one, or give the later one the day of the month from which it applies.",
    ),
    (
        TARGETS,
        "2026-02-16",
        "2025-02-16",
        "line 3, column effective_from: line 2 already has sla_id leads_all, period_start 2026-02-01, effective_from "
        "2026-02-01. Delete one, or give the later one the day of the month from which it applies.",
    ),
    (
        TARGETS,
        "custom,400,",
        "custom,400,2026-02-03",
        "line 2, column effective_from: 2026-02-03 is the first target of leads_all in the month that begins on "
        "2026-02-01. Add a row for 2026-02-01, with the goal basis custom and the amount 0 if nothing was agreed until "
        "then; or leave this value empty if the target is that of the whole month.",
    ),
    (
        PLAN,
        ",20,,2",
        ",,,2",
        "line 2, column customers: the value is missing, and so is new_revenue. Write one of the two.",
    ),
    (
        RATES,
        "EUR,2026-07-01",
        "USD,2026-07-01",
        'line 3, column rate: "1.20" cannot be right: "USD" is the reporting currency, and a rate is what one unit '
        "of a foreign currency is worth in it. Delete the row, or write 1.",
    ),
    (
        RATES,
        "2026-07-01",
        "2026-01-01",
        "line 3, column effective_from: line 2 already has currency EUR, effective_from 2026-01-01. Delete one, or "
        "change the day from which it applies.",
    ),
    (
        TYPES,
        "demo_request,Demo request,decision,20",
        "demo_request,Demo request,decision,10",
        "line 4, column funnel_rank: line 3 already has funnel_rank 10. Give each qualifying type a rank of its own, "
        "so that a lead has one highest type.",
    ),
    (
        STAGES,
        "lost,Lost",
        "won,Lost",
        "line 4, column stage: line 3 already has stage won. Delete one, or rename it.",
    ),
    (
        DEFINITIONS,
        "points_emea,",
        "leads_all,Leads,leads,all,calendar_days,plan\npoints_emea,",
        "line 3, column sla_id: line 2 already has sla_id leads_all. Delete one, or rename it.",
    ),
    (
        HOLIDAYS,
        "emea,2026-04-03",
        "all,2026-01-01",
        "line 3, column holiday_date: line 2 already has segment all, holiday_date 2026-01-01. Delete one.",
    ),
    (
        PLAN,
        "2026-05-01,emea,400000,20000,,0.60,\n",
        "2026-05-01,emea,400000,20000,,0.60,\n2026-05-01,emea,400000,20000,,0.6,\n",
        "line 4, column sales_cycle_months: line 3 already has period_start 2026-05-01, segment emea, new_revenue "
        "400000, average_deal_value 20000, customers (empty), marketing_share 0.6, sales_cycle_months (empty). "
        "Rows of one month and segment add up, so the same row would count twice. Delete one.",
    ),
    (
        CARD,
        "2026-01-01",
        "2026-01-01,demo_request,0.2,,Ada,Sam,\n2026-01-01",
        "line 3, column effective_from: line 2 already has event_type demo_request, effective_from 2026-01-01. "
        "Delete one, or change the day from which it applies.",
    ),
    (
        TARGETS,
        "points_emea",
        "point_emea",
        'line 4, column sla_id: "point_emea" is not an sla_id of seeds/targets/sla_definitions.csv. '
        "Did you mean points_emea?",
    ),
    (
        TARGETS,
        "points_emea",
        "x",
        'line 4, column sla_id: "x" is not an sla_id of seeds/targets/sla_definitions.csv. '
        "Known values are leads_all, points_emea.",
    ),
    (
        PLAN,
        "emea",
        "EMEA",
        'line 3, column segment: "EMEA" is not the segment of any SLA in seeds/targets/sla_definitions.csv, so the '
        "row would never count. Did you mean emea?",
    ),
    (
        HOLIDAYS,
        "emea",
        "Emea",
        'line 3, column segment: "Emea" is not the segment of any SLA in seeds/targets/sla_definitions.csv, so the '
        "holiday would not count. Did you mean emea?",
    ),
    (
        HOLIDAYS,
        "emea",
        "apac",
        'line 3, column segment: "apac" is not the segment of any SLA in seeds/targets/sla_definitions.csv, so the '
        "holiday would not count. Known values are all, emea.",
    ),
    (
        CARD,
        "demo_request",
        "page_visit",
        'line 2, column event_type: "page_visit" is not a qualifying event type of seeds/reference/event_types.csv, so '
        "it has no close rate. Known values are demo_request, whitepaper.",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES)
def test_a_mistake_between_cells_is_named_with_its_place_and_remedy(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    assert complaints_about(tmp_path / "seeds", file, old, new) == [f"seeds/{file}, {message}"]
