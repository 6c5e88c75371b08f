"""Charts of one SLA in one month: the waterfall and the daily bars. Data: `days`, `bookings`, `forecast`.

days: day (of the month), date, is_quiet, actual, actual_cumulative, target_daily, target_cumulative, today (bool).
bookings: day, type (label), rank, amount in the SLA's unit; with an amount of 0 for every day up to the as-of date, and
the highest type first, which is the order of the legend.
forecast: day, low, middle, high; from the as-of date, where all three are the actual, to the end of the month.
"""

import altair as alt

Layers = alt.LayerChart | alt.FacetChart
# Days are bands, not points of a line, because only bars on bands can be stacked.
DAY = alt.X(
    "day:O",
    title="day of the month",
    scale=alt.Scale(type="band", paddingInner=0.15),
    axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False),
)
TYPE = alt.Color("type:N", title=None, sort=None)


def waterfall() -> Layers:
    """What was delivered this month, stacked by lead type, against the goal, with the forecast to the month's end."""
    by_type = (
        alt.Chart(alt.NamedData("bookings"))
        .transform_aggregate(amount="sum(amount)", groupby=["day", "type", "rank"])
        .transform_impute("amount", key="day", groupby=["type", "rank"], value=0)
        .transform_window(delivered="sum(amount)", sort=[{"field": "day"}], groupby=["type"])
        .mark_bar(opacity=0.85)
        .encode(
            x=DAY,
            y=alt.Y("delivered:Q", title=None, stack="zero"),
            color=TYPE,
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("day:O", title="day"),
                alt.Tooltip("type:N", title="type"),
                alt.Tooltip("delivered:Q", title="delivered so far", format=",.1f"),
            ],
        )
    )
    return alt.layer(_quiet_days(), _forecast(), by_type, _goal(), _actual(), _today()).resolve_scale(color="shared")


def daily() -> Layers:
    """What was delivered each day, by lead type, and its share of the goal as a tick."""
    bars = (
        alt.Chart(alt.NamedData("bookings"))
        .mark_bar(opacity=0.85)
        .encode(
            x=DAY,
            y=alt.Y("amount:Q", title=None, stack="zero"),
            color=TYPE,
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("day:O", title="day"),
                alt.Tooltip("type:N", title="type"),
                alt.Tooltip("amount:Q", title="booked", format=",.1f"),
            ],
        )
    )
    goal = (
        alt.Chart(alt.NamedData("days"))
        .transform_filter("datum.target_daily != null")
        .mark_tick(thickness=2.5)
        .encode(x=DAY, y="target_daily:Q", tooltip=_day_tooltip())
    )
    return alt.layer(_quiet_days(), bars, goal)


def _quiet_days() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("days"))
        .transform_filter("datum.is_quiet")
        .mark_rect()
        .encode(x=DAY, tooltip=_day_tooltip())
    )


def _forecast() -> Layers:
    base = alt.Chart(alt.NamedData("forecast")).encode(x=DAY)
    band = base.mark_area(opacity=0.35, color="#56B4E9").encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    return alt.layer(band, base.mark_line(strokeWidth=1.5, strokeDash=[1, 3]).encode(y="middle:Q"))


def _goal() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("days"))
        .transform_filter("datum.target_cumulative != null")
        .mark_line(strokeDash=[6, 4], strokeWidth=2)
        .encode(x=DAY, y="target_cumulative:Q", tooltip=_day_tooltip())
    )


def _actual() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("days"))
        .transform_filter("datum.actual_cumulative != null")
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=22, filled=True))
        .encode(x=DAY, y="actual_cumulative:Q", tooltip=_day_tooltip())
    )


def _today() -> Layers:
    base = alt.Chart(alt.NamedData("days")).transform_filter("datum.is_today").encode(x=DAY)
    label = base.mark_text(text="counted to here", align="right", dx=-5, dy=8, y=0, baseline="top", fontStyle="italic")
    return alt.layer(base.mark_rule(strokeDash=[2, 2]), label)


def _day_tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("date:N", title="date"),
        alt.Tooltip("actual:Q", title="booked that day", format=",.1f"),
        alt.Tooltip("target_daily:Q", title="goal of the day", format=",.1f"),
        alt.Tooltip("actual_cumulative:Q", title="delivered so far", format=",.1f"),
        alt.Tooltip("target_cumulative:Q", title="goal to date", format=",.1f"),
    ]
