"""A model replaces what has its name in one transaction: all of it, or nothing."""

from pathlib import Path

import pytest

from tests.support.cases import leads
from tests.support.harness import Company

AS_OF = "2026-06-20"
MODEL = "int_lead_mixes"  # a table; reads how many months a mix has
TABLE = f"intermediate.{MODEL}"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company whose warehouse is built up to MODEL."""
    company = Company(tmp_path / "company")
    company.drop_file("lead_events", leads(40, "demo", "2026-05-04"))
    company.refresh(AS_OF, select=f"+{MODEL}")
    return company


def test_a_model_that_fails_leaves_the_table_that_was_there(company: Company) -> None:
    before = company.query(f"from {TABLE} order by all")
    assert before
    with pytest.raises(AssertionError, match=MODEL):
        company.build(AS_OF, select=MODEL, mix_window_months="'three'")
    assert company.query(f"from {TABLE} order by all") == before


def test_a_table_replaces_a_view_and_a_view_a_table(company: Company) -> None:
    view = "stg_raw__lead_events"
    with company.warehouse() as warehouse:
        for statement in (
            f"drop table {TABLE}",
            f"create view {TABLE} as select 1 as one",
            f"drop view staging.{view}",
            f"create table staging.{view} as select 1 as one",
        ):
            warehouse.execute(statement)
    company.build(AS_OF, select=f"+{MODEL}")
    kinds = "select table_name, table_type from information_schema.tables where table_name in ($1, $2)"
    with company.warehouse() as warehouse:
        assert dict(warehouse.execute(kinds, [MODEL, view]).fetchall()) == {MODEL: "BASE TABLE", view: "VIEW"}
        assert warehouse.execute(f"select count(*) from {TABLE}").fetchone() > (0,)
