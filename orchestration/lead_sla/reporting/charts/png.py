"""The waterfall as a picture, for emails."""

import json
from datetime import date

import duckdb
import vl_convert

from lead_sla.reporting.charts.data import waterfall_data
from lead_sla.reporting.charts.month import waterfall
from lead_sla.reporting.charts.theme import LIGHT

WIDTH, HEIGHT = 720, 320
SCALE = 1.6  # sharp on high-density screens at the width of an email


def render_waterfall_png(mart: duckdb.DuckDBPyConnection, sla_id: str) -> bytes:
    """The current month of an SLA on white, about 1,200 pixels wide."""
    spec = waterfall().properties(width=WIDTH, height=HEIGHT).to_dict()
    spec["datasets"] = waterfall_data(mart, sla_id)
    spec["config"] = {**LIGHT, "background": "white", "padding": 12}
    return vl_convert.vegalite_to_png(json.dumps(spec, default=date.isoformat), scale=SCALE)
