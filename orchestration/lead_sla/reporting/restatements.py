"""Describes restated figures for emails and the terminal: one line per cause, however many figures it has moved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from lead_sla.formatting import show_count, show_number
from lead_sla.mart.status import RestatedMonth


def describe_causes(restated: Iterable[RestatedMonth]) -> list[str]:
    """A line per cause, such as `late events, 2026-04 to 2026-05: Leads 12 figures, +3; Points 12 figures, +30`.

    The change is that of all figures together, in the unit of the SLA.
    """
    by_cause: dict[str, list[RestatedMonth]] = defaultdict(list)
    for month in restated:
        by_cause[", ".join(month.reasons)].append(month)
    return [f"{cause}, {_span(months)}: {_describe_slas(months)}" for cause, months in sorted(by_cause.items())]


def _span(months: Iterable[RestatedMonth]) -> str:
    starts = [month.period_start for month in months]
    first, last = min(starts), max(starts)
    return _show_month(first) if first == last else f"{_show_month(first)} to {_show_month(last)}"


def _show_month(start: date) -> str:
    return f"{start:%Y-%m}"


def _describe_slas(months: Iterable[RestatedMonth]) -> str:
    by_name: dict[str, list[RestatedMonth]] = defaultdict(list)
    for month in months:
        by_name[f"{month.label}, goal" if month.figure == "goal" else month.label].append(month)
    return "; ".join(_describe_sla(name, moved) for name, moved in by_name.items())


def _describe_sla(name: str, months: Sequence[RestatedMonth]) -> str:
    figures = show_count(sum(month.days for month in months), "figure")
    change = show_number(sum(month.change for month in months), currency=months[0].currency, signed=True)
    return f"{name} {figures}, {change}"
