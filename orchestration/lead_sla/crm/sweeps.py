"""When all ids are compared with what has landed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lead_sla.crm.slices import Slice

SWEEP_AFTER = timedelta(days=6, hours=12)  # a week, of pulls that do not begin at the same second every day


def is_sweep_due(headers: Sequence[Slice], begun_at: datetime) -> bool:
    """Whether a week has passed since the last sweep, or the first reading of all records, which needs none."""
    sweeps = [one.begun_at for one in headers if one.kind == "sweep" and one.is_complete]
    return bool(headers) and begun_at - max(sweeps, default=headers[0].begun_at) >= SWEEP_AFTER
