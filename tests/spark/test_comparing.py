"""Guards the comparison: it must see what it is there to see."""

from datetime import date

import pytest

from tests.spark.comparing import Rows, compare_rows

ROWS: Rows = [
    {"sla_id": "leads", "date": date(2026, 6, 1), "leads": 10**12, "share": 0.5},
    {"sla_id": "value", "date": date(2026, 6, 1), "leads": 0, "share": None},
]


def changed(**cells: object) -> Rows:
    return [{**ROWS[0], **cells}, ROWS[1]]


@pytest.mark.parametrize(
    "rows",
    [
        changed(leads=10**12 + 1),
        changed(share=0.5 + 2e-9),
        changed(share=None),
        changed(date=date(2026, 6, 2)),
        changed(sla_id="Leads"),
        [ROWS[0]],
        [*ROWS, ROWS[1]],
        [],
        [{"sla_id": "leads"}],
    ],
)
def test_a_difference_is_seen(rows: Rows) -> None:
    assert compare_rows(ROWS, rows)
    assert compare_rows(rows, ROWS)


def test_the_last_binary_digit_and_the_order_of_rows_are_none() -> None:
    assert compare_rows(ROWS, [ROWS[1], *changed(share=0.5 + 5e-10)[:1]]) == []
