"""A changed setting that rewrites closed months is published only once somebody has confirmed it."""

from contextlib import closing
from typing import Any

import duckdb

from lead_sla.errors import CheckFailedError
from lead_sla.formatting import show_count, show_number
from lead_sla.publishing.fingerprints import CURRENCY, MATURITY, METHOD, TIME_ZONE, take_fingerprints
from lead_sla.settings import Settings
from lead_sla.warehouse import connect

# Each setting: its name for a reader, and what the ledger of publications calls it.
ASKED = {
    TIME_ZONE: ("The business time zone", "business_timezone"),
    CURRENCY: ("The reporting currency", "reporting_currency"),
    MATURITY: ("The rule maturity_days", "maturity_days"),
    METHOD: ("The rule close_rate_method", "close_rate_method"),
}
# The closed months that this refresh would change, and by how much.
MOVED = """
select coalesce(label, sla_id), figure, period_start, sum(coalesce(current_value, 0) - coalesce(previous_value, 0))
from intermediate.int_restated_figures
left join (select sla_id, label from marts.dim_slas) using (sla_id)
cross join raw.last_publication
where period_start + interval 1 month <= as_of_date + interval 1 day
group by all
order by all
"""


def require_confirmation(settings: Settings) -> None:
    """Compare the settings with those of the last publication, after the models have been built.

    Raises:
        CheckFailedError: a setting is another one, and closed months would change with it.
    """
    with closing(connect(settings)) as warehouse:
        changed = _changed_settings(warehouse, take_fingerprints(settings))
        moved = warehouse.execute(MOVED).fetchall() if changed else []
    if not moved:
        return
    months = len({period for _, _, period, _ in moved})
    label, figure, period, change = max(moved, key=lambda row: abs(row[3]))
    subject = f"the goal of {label}" if figure == "goal" else label
    closed = show_count(months, "closed month")
    raise CheckFailedError(
        f"{' '.join(changed)} This would change {closed}, by at most {show_number(abs(change))} ({subject} in "
        f"{period:%Y-%m}). Nothing was published. Set it back and rerun, or run `lead-sla refresh --confirm` to "
        "change the published months; rpt_restatements then lists every figure."
    )


def _changed_settings(warehouse: duckdb.DuckDBPyConnection, now: dict[str, str]) -> list[str]:
    """A sentence for each setting that is known of the last publication and is another one now."""
    columns = ", ".join(column for _, column in ASKED.values())
    published = warehouse.execute(f"select {columns} from raw.last_publication").fetchall()
    before: tuple[Any, ...] = published[0] if published else (None,) * len(ASKED)
    return [
        f"{name} is {now[reason]}, and was {value} when the mart was published."
        for (reason, (name, _)), value in zip(ASKED.items(), before, strict=True)
        if value is not None and value != now[reason]
    ]
