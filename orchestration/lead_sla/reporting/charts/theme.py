"""Colors and fonts of every chart; the colors are those of Okabe and Ito, distinguishable with color blindness."""

from typing import Any

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
# Ordered so that neighbors in a stack differ in lightness as well, for print.
TYPES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#7F7F7F"]
STATUSES = {
    "met": "#009E73",
    "ahead": "#009E73",
    "on_track": "#56B4E9",
    "at_risk": "#E69F00",
    "behind": "#D55E00",
    "missed": "#D55E00",
    "too_early": "#999999",
    "no_target": "#999999",
}


def theme(ink: str, faint: str, quiet: str) -> dict[str, Any]:
    """A Vega-Lite config; `ink` for text and lines, `faint` for the grid, `quiet` for days other than business days."""
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500}
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {**text, "gridColor": faint, "domainColor": faint, "tickColor": faint},
        "axisY": {"labelLimit": 190},
        "legend": {**text, "orient": "bottom", "symbolType": "square", "columns": 3, "labelLimit": 220},
        "range": {"category": TYPES},
        "text": {"color": ink, "fontSize": 12},
        "line": {"color": ink},
        "rule": {"color": ink},
        "tick": {"color": ink},
        "rect": {"color": quiet},
        "point": {"color": ink},
    }


LIGHT = theme(ink="#1f2933", faint="#d9dee4", quiet="#eef1f4")
# On the page these are set by the style sheet, so that charts follow a change to dark mode or to print.
PAGE = theme(ink="var(--ink)", faint="var(--line)", quiet="var(--quiet)")
