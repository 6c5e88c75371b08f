"""A second, independent calculation of the mart, from the specification alone. Tests use it; the product never does.

Pure Python, standard library only. It reads landed rows and seeds, and shares no code and no SQL with the product, so
that a number on which both agree has been computed twice.

    inputs = read_inputs(connection, seeds_dir, Parameters(as_of_date=date(2026, 6, 17)))   # a landed warehouse
    expected = calculate(inputs)                                                            # table -> rows
    differences = compare(expected, actual)                                                 # [] when they agree

`generate(seed)` of `tests.oracle.dataset` makes a company with every oddity of the specification; its `inputs()` are
what landing must make of its files. One module a section: `events`, `records` and `merges` (2), `leads` (3), `deals`
(4), `close_rates` (5), `backtest` and `cards` (5, 6), `goals` and `curves` (7), `daily`, `forecast`, `gap_drivers`,
`sources`, `sla_periods` and `sales` (8), `quality` and `mart` (10).

Not calculated: `publication`.
"""

from tests.oracle.compare import compare
from tests.oracle.from_warehouse import read_inputs, read_seeds, read_tables
from tests.oracle.inputs import Feed, Inputs, LandedDeal, LandedLead, LandedMerge, Parameters
from tests.oracle.mart import calculate

__all__ = [
    "Feed",
    "Inputs",
    "LandedDeal",
    "LandedLead",
    "LandedMerge",
    "Parameters",
    "calculate",
    "compare",
    "read_inputs",
    "read_seeds",
    "read_tables",
]
