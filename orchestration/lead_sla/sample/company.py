"""Writes the sample company as files like those of a real company.

The company is a function of the seed and the scale alone. Each calendar month's leads and deals are drawn from the
month's own random numbers, with their whole future, and `until` only cuts off what has not happened yet. So files
written for a later day agree with those written before: ids stay, days that are known stay as they were, and what
comes again is a replay. Days are UTC days, which suits the default business zone.

What belongs here: putting the parts together. What the company is like: `business.py`, which also has the true close
rates. Leads: `leads.py`. Deals: `deals.py`. Dirty rows: `dirt.py`. Agreements: `targets.py`.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from lead_sla.errors import InputError
from lead_sla.sample import calendar_days, credit, deals, dirt, leads
from lead_sla.sample.business import TRUE_CLOSE_RATES
from lead_sla.sample.columns import Table, pick, size, stack
from lead_sla.sample.files import write_feed
from lead_sla.sample.placing import place
from lead_sla.sample.seeds import write_seeds

MONTHS: Final = 24
FEEDS: Final = b"""\
# The sample company's files have the canonical columns, so they need no mapping.
feeds:
  - name: lead_events
    kind: lead_events
    files: lead_events/*
  - name: deal_events
    kind: deal_events
    files: deal_events/*
"""
ENV: Final = b"""\
# The settings of the sample company, for commands that are run in this folder.
LEAD_SLA_HOME=.
LEAD_SLA_BUSINESS_TIMEZONE=UTC
LEAD_SLA_REPORTING_CURRENCY=USD
"""

__all__ = ["TRUE_CLOSE_RATES", "SampleCompany", "write_company"]


@dataclass(frozen=True)
class SampleCompany:
    """The result: the folders, the days, the number of files and of readable rows."""

    home: Path
    first_day: date
    until: date
    files: int
    lead_events: int
    deal_events: int


def write_company(home: Path, until: date, seed: int = 7, scale: float = 1.0) -> SampleCompany:
    """Write landing files and seeds of 24 months, the last one that of `until`, the last day in it, and the settings.

    The same arguments result in the same bytes. In a home with an earlier sample, files that are no longer needed are
    removed and the others replaced; rows that have already landed are replays. `scale` multiplies
    the number of leads (1: about 500 to 900 a month) and does not change what one lead is like.

    Raises:
        InputError: the scale is not above 0, or the home contains other files or another sample company.
    """
    if not scale > 0:
        raise InputError(f"The sample company's scale is {scale}; use a number above 0, such as 1 or 0.1.")
    current = calendar_days.month_number(until)
    first = current - MONTHS + 1
    cohorts = [leads.draw_cohort(month, seed, scale) for month in range(first, current + 1)]
    lead_events = _known(stack([_lead_events(cohort, seed, scale) for cohort in cohorts]), until)
    deal_events = _known(stack([_deal_events(cohort, seed, scale) for cohort in cohorts]), until)
    landing = write_feed("lead_events", lead_events, until) | write_feed("deal_events", deal_events, until)
    entries = stack([credit.book(cohort) for cohort in cohorts])
    seeds = write_seeds(entries, first, until, seed, scale)
    contents = {f"landing/{path}": data for path, data in landing.items()}
    contents |= {f"seeds/{path}": data for path, data in seeds.items()} | {"feeds.yml": FEEDS, ".env": ENV}
    place(home, contents, {"seed": seed, "scale": scale, "until": until.isoformat()})
    return SampleCompany(
        home=home,
        first_day=calendar_days.first_day(first),
        until=until,
        files=len(landing),
        lead_events=size(lead_events),
        deal_events=size(deal_events),
    )


def _lead_events(cohort: leads.Cohort, seed: int, scale: float) -> Table:
    return dirt.spoil_lead_events(leads.tell_events(cohort, seed), cohort.month, seed, scale)


def _deal_events(cohort: leads.Cohort, seed: int, scale: float) -> Table:
    return dirt.spoil_deal_events(deals.tell_deals(cohort, seed, scale), cohort.month, seed, scale)


def _known(events: Table, until: date) -> Table:
    return pick(events, events["exported"] <= calendar_days.day_number(until))
