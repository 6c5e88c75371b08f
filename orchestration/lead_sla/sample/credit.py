"""The daily credit of the sample company's leads, from which its targets are set.

The volume is exact. Points and value are expectations: they use the true close rates, of which `MATURITY_DAYS` show,
and the mean deal value, where the product estimates both from history.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from lead_sla.sample import business, calendar_days
from lead_sla.sample.columns import Table
from lead_sla.sample.leads import NONE, Cohort

MATURITY_DAYS: Final = 90


def book(cohort: Cohort) -> Table:
    """One entry per step of each lead of a cohort: its day, segment, and its credit in each unit."""
    lead, step = np.nonzero(cohort.steps != NONE)
    rates = business.share_closed_within(MATURITY_DAYS) * np.array([kind.close_rate for kind in business.EVENT_TYPES])
    reached = rates[cohort.steps[lead, step]]
    before = np.where(step == 0, 0.0, rates[cohort.steps[lead, np.maximum(step - 1, 0)]])
    return {
        "day": cohort.step_days[lead, step],
        "segment": cohort.segments[lead],
        "leads": (step == 0).astype(float),
        "points": 100 * (reached - before),
        "value": business.DEAL_MEAN_VALUE * (reached - before),
    }


def total(entries: Table, unit: str, segment: str, first_day: int, last_day: int) -> float:
    """The sum of a unit over the days of a segment, or of `all`."""
    counted = (entries["day"] >= first_day) & (entries["day"] <= last_day)
    if segment != "all":
        counted &= entries["segment"] == segment
    return float(entries[unit][counted].sum())


def day_weights(month: int, segment: str, pacing: str) -> npt.NDArray[np.float64]:
    """The weight of each day of a month on the goal's curve."""
    days = calendar_days.days_of(month)
    if pacing == "calendar_days":
        return np.ones(len(days))
    is_weekday = calendar_days.weekdays(days) < calendar_days.SATURDAY
    is_holiday = np.isin(days, list(calendar_days.holidays_around(month, segment)))
    return (is_weekday & ~is_holiday).astype(float)
