"""Charts of the reasons: close rates, gap drivers, goal bases, and twelve months of attainment.

Rows are in the order in which they are shown.
rates: name, type (label), close_rate, low, high, leads, card (the rate that counts); ratios.
gap: name, effect, type, amount in the SLA's unit, is_total. goals: name, basis, amount, is_chosen, shown (text).
A name is on the axis, with the figure on its second line, where no bar overlaps it on a phone either.
months: month (YYYY-MM), attainment (ratio), status, shown (text, or a text for each line).
"""

import altair as alt

from lead_sla.reporting.charts.month import Layers
from lead_sla.reporting.charts.theme import STATUSES, TYPES

BAR = 18
# Vega centers the first of two lines on the bar, so an offset is needed.
TWO_LINES = alt.Axis(labelExpr=r"split(datum.label, '\n')", labelOffset=-7)
NAME = alt.Y("name:N", title=None, sort=None, axis=TWO_LINES)
FEW = 6  # marks on an axis, so that they do not overlap on a phone


def close_rates() -> Layers:
    """The estimate of each type with its 95 % interval and the leads behind it, and the rate on the card."""
    base = alt.Chart(alt.NamedData("rates")).encode(
        y=NAME,
        tooltip=[
            alt.Tooltip("type:N", title="type"),
            alt.Tooltip("close_rate:Q", title="close rate", format=".2%"),
            alt.Tooltip("low:Q", title="at least", format=".2%"),
            alt.Tooltip("high:Q", title="at most", format=".2%"),
            alt.Tooltip("leads:Q", title="leads", format=","),
            alt.Tooltip("card:Q", title="on the card", format=".2%"),
        ],
    )
    rate = alt.X("close_rate:Q", title="close rate", axis=alt.Axis(format=".0%", tickCount=FEW))
    return alt.layer(
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title="close rate"), x2="high:Q"),
        base.mark_point(filled=True, size=70).encode(x=rate),
        base.mark_point(shape="diamond", size=130, strokeWidth=2, color=TYPES[1]).encode(x="card:Q"),
    )


def gap_reasons() -> Layers:
    """Volume, mix and upgrades, each split by lead type, and the gap that they add up to."""
    base = alt.Chart(alt.NamedData("gap")).encode(y=NAME)
    amount = alt.X("amount:Q", title=None, stack="zero", axis=alt.Axis(tickCount=FEW))
    total = base.transform_filter("datum.is_total").mark_bar(size=BAR, color="#7F7F7F")
    bars = base.transform_filter("!datum.is_total").mark_bar(size=BAR)
    bars = bars.encode(
        x=amount,
        color=alt.Color("type:N", title=None, sort=None),
        tooltip=[
            alt.Tooltip("effect:N", title="effect"),
            alt.Tooltip("type:N", title="type"),
            alt.Tooltip("amount:Q", title="amount", format="+,.1f"),
        ],
    )
    nothing = alt.Chart(alt.NamedData("zero")).mark_rule().encode(x="zero:Q")
    return alt.layer(bars, total.encode(x=amount), nothing)


def goal_bases() -> Layers:
    """The goal of the month on each of the five bases; the agreed one is filled."""
    base = alt.Chart(alt.NamedData("goals")).encode(
        y=NAME,
        x=alt.X("amount:Q", title=None, axis=alt.Axis(tickCount=FEW)),
    )
    chosen = alt.condition("datum.is_chosen", alt.value(1), alt.value(0.35))
    tooltip = [alt.Tooltip("basis:N", title="basis"), alt.Tooltip("shown:N", title="goal")]
    return alt.layer(base.mark_bar(size=BAR, color=TYPES[0]).encode(opacity=chosen, tooltip=tooltip))


def attainment() -> Layers:
    """The attainment of each of the last twelve months in percent of its goal; the line is the goal."""
    base = alt.Chart(alt.NamedData("months")).encode(x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=-45)))
    colors = alt.Scale(domain=list(STATUSES), range=list(STATUSES.values()))
    bars = base.mark_bar().encode(
        y=alt.Y("attainment:Q", title=None, axis=alt.Axis(format=".0%")),
        color=alt.Color("status:N", scale=colors, legend=None),
        tooltip=["month:O", alt.Tooltip("attainment:Q", title="attained", format=".1%"), "status:N"],
    )
    goal = alt.Chart(alt.NamedData("one")).mark_rule(strokeDash=[6, 4]).encode(y="one:Q")
    # In two lines above the bars, where neither a bar nor the goal line crosses them.
    shown = base.mark_text(dy=-20, fontSize=11).encode(y=alt.value(0), text="shown:N")
    return alt.layer(bars, goal, shown)
