"""Months, quarters and years of an SLA: `fct_sla_periods` (section 8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from math import fsum
from typing import cast

from tests.oracle.dates import DAY, add_months, last_of_month
from tests.oracle.figures import at_least
from tests.oracle.goals import Sla
from tests.oracle.inputs import Row

GRAINS = {"month": 1, "quarter": 3, "year": 12}


def sla_period_rows(waterfalls: Mapping[Sla, Sequence[Row]], as_of_date: date) -> list[Row]:
    """The rows of every SLA, from its months as they stand on their last day or `as_of_date`."""
    rows: list[Row] = []
    for sla, waterfall in waterfalls.items():
        months = [row for row in waterfall if row["date"] == min(last_of_month(cast(date, row["date"])), as_of_date)]
        for grain, length in GRAINS.items():
            groups: dict[date, list[Row]] = defaultdict(list)
            for month in months:
                groups[_first_day(cast(date, month["period_start"]), length)].append(month)
            for first, group in groups.items():
                is_complete = add_months(first, length) - DAY <= as_of_date
                key = {"sla_id": sla.sla_id, "grain": grain, "period_start": first, "is_complete": is_complete}
                rows.append({**key, **_figures(group, as_of_date)})
    return rows


def _first_day(month: date, length: int) -> date:
    """The first day of the quarter or year of a month."""
    return date(month.year, (month.month - 1) // length * length + 1, 1)


def _figures(group: Sequence[Row], as_of_date: date) -> Row:
    targets = [cast(float | None, row["target"]) for row in group]
    known = [target for target in targets if target is not None]
    actual = fsum(cast(float, row["actual_cumulative"]) for row in group)
    target = fsum(known) if len(known) == len(targets) else None
    return {
        "months": len(group),
        "actual": actual,
        "target": target,
        "attainment_rate": actual / target if target else None,
        "months_met": sum(_is_met(row, as_of_date) for row in group),
    }


def _is_met(row: Row, as_of_date: date) -> bool:
    """Whether a month is over and reached its goal, which is more than 0."""
    is_over = last_of_month(cast(date, row["date"])) <= as_of_date
    target = cast(float | None, row["target"])
    return is_over and bool(target) and at_least(cast(float, row["actual_cumulative"]), target or 0.0)
