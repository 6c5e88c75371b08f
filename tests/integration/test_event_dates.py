"""What becomes of events whose date cannot be right, and of those whose day has not come yet."""

from datetime import datetime

import pytest

from tests.support.cases import lead, leads, won
from tests.support.harness import Company

COUNTED = "+int_credited_leads +fct_won_deals_monthly +quarantined_events"


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


def read_state(company: Company) -> dict[str, object]:
    """Leads, customers and won deals of the run, and the rows in quarantine."""
    [state] = company.query("""
        select
            (select count(distinct lead_id)::int from intermediate.int_lead_upgrades) as leads,
            (select count(*)::int from intermediate.int_credited_leads where customer_date is not null) as customers,
            (select sum(won_deals)::int from marts.fct_won_deals_monthly where segment = 'all') as won_deals,
            (select string_agg(event_id || ' ' || reason, ', ' order by event_id) from staging.quarantined_events)
                as quarantine
    """)
    return state


def test_events_that_are_dated_ahead_count_when_their_day_has_come(company: Company) -> None:
    registrations = [
        {"event_id": "w1", **lead("a", "demo", "2026-11-24 15:00")},
        {"event_id": "w2", **lead("b", "demo", "2026-11-19 15:00")},
    ]
    company.drop_file("lead_events", registrations, "1120.csv")
    company.drop_file(
        "deal_events",
        [
            {"event_id": "d1", **won("a", "2026-11-18")},  # its lead is known by the 24th only
            {"event_id": "d2", **won("b", "2026-11-25")},  # an expected close date
        ],
    )
    company.land(datetime(2026, 11, 20, 12))
    waiting = "d1 unknown_lead, d2 occurred_in_future, w1 occurred_in_future"
    states = {
        "2026-11-20": {"leads": 1, "customers": 0, "won_deals": None, "quarantine": waiting},
        "2026-11-23": {"leads": 1, "customers": 0, "won_deals": 1, "quarantine": "d2 occurred_in_future"},
        "2026-11-24": {"leads": 2, "customers": 0, "won_deals": 1, "quarantine": None},
        "2026-11-26": {"leads": 2, "customers": 1, "won_deals": 2, "quarantine": None},
        "2026-11-22": {"leads": 1, "customers": 0, "won_deals": None, "quarantine": waiting},
    }
    for as_of, expected in states.items():
        company.build(as_of, select=COUNTED)
        assert (as_of, read_state(company)) == (as_of, expected)
    company.build("2026-11-22", select=COUNTED, full_refresh=True)
    assert read_state(company) == states["2026-11-22"]
    company.drop_file(
        "lead_events", [*registrations, {"event_id": "w3", **lead("c", "demo", "2026-11-25")}], "1127.csv"
    )
    company.land(datetime(2026, 11, 27, 12))
    company.build("2026-11-26", select=COUNTED)
    assert read_state(company) == {"leads": 3, "customers": 1, "won_deals": 2, "quarantine": None}


def test_a_feed_of_events_to_come_stops_no_refresh_also_if_its_file_is_overwritten(company: Company) -> None:
    company.drop_file("lead_events", [{"event_id": "first", **lead("a", "webinar", "2026-12-01")}])
    company.land(datetime(2026, 11, 19, 12))
    company.drop_file("lead_events", leads(120, "webinar", "2026-12-01"))
    company.land(datetime(2026, 11, 20, 12))
    company.build("2026-11-19", data_tests=True)
    assert len(company.query("from staging.quarantined_events")) == 121
