"""What becomes of events whose date cannot be right, and of those whose day has not come yet."""

import pytest

from tests.support.cases import lead, won
from tests.support.harness import Company


@pytest.fixture
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(tmp_path_factory.mktemp("company"), business_timezone="America/New_York")


def count_rows(company: Company) -> dict[str, int]:
    """The rows of both feeds by what became of them."""
    counts = company.query("""
        select reason, sum(row_count)::int as rows
        from marts.rpt_data_quality
        where reason not like 'unpriced%'
        group by reason
    """)
    return {row["reason"]: row["rows"] for row in counts if row["rows"]}


def test_one_mistyped_year_is_quarantined_and_lengthens_no_mart(company: Company) -> None:
    company.drop_file(
        "lead_events",
        [
            lead("a", "demo", "2026-11-03 10:00", segment="emea"),
            lead("b", "demo", "2026-11-04 10:00", segment="emea"),
            lead("c", "demo", "0020-03-05", segment="emea"),
            lead("d", "demo", "0001-01-01T00:00:00Z"),
        ],
    )
    company.drop_file("deal_events", [won("a", "0026-11-20", amount="100"), won("b", "2026-11-20", amount="100")])
    company.refresh("2026-11-27", data_tests=True)
    assert count_rows(company) == {"landed": 6, "accepted": 3, "implausible_date": 3}
    [leads] = company.query("select sum(leads)::int as leads from marts.fct_sla_daily where sla_id = 'leads_all'")
    assert leads == {"leads": 2}
    [spine] = company.query("select min(date)::varchar as first, count(*)::int as days from marts.dim_dates")
    assert spine == {"first": "2026-11-01", "days": 30}
