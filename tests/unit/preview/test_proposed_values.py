"""How the proposed feed reads values: dates, amounts, and words for missing values."""

import pytest

from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, moments, propose


@pytest.mark.parametrize(
    ("dates", "formats", "is_ambiguous"),
    [
        (("1/2/2026", "11/12/2026"), '["%m/%d/%Y"]', True),
        (("1/2/2026", "13/12/2026"), '["%d/%m/%Y"]', False),
        (("1/2/2026", "12/13/2026"), '["%m/%d/%Y"]', False),
        (("1/1/2026", "2/2/2026"), '["%m/%d/%Y"]', True),
        (("1.2.2026", "11.12.2026"), '["%d.%m.%Y"]', False),
        (("Nov 2, 2026", "Dec 24, 2026"), '["%b %d, %Y"]', False),
        (("2026-11-02", "12/24/2026"), '["%m/%d/%Y"]', False),
    ],
    ids=["ambiguous", "day-first", "month-first", "same-either-way", "points", "names", "mixed"],
)
def test_the_order_of_day_and_month_is_proposed_and_said_to_be_ambiguous_if_it_is(
    settings: Settings, dates: tuple[str, str], formats: str, is_ambiguous: bool
) -> None:
    rows = "".join(f'l-{number},"{date}"\n' for number, date in enumerate(dates))
    proposed = propose(settings, "leads.csv", "Lead ID,Created Date\n" + rows)
    assert f"dates: {formats}" in proposed.text
    assert ("is ambiguous" in proposed.text) == is_ambiguous
    assert landed(proposed) == (2, 0)


def test_an_ambiguous_column_follows_one_that_is_not(settings: Settings) -> None:
    proposed = propose(
        settings,
        "leads.csv",
        "Lead ID,Created Date,Became an MQL Date,Modified Date\nl-1,01/02/2026,03/02/2026,20/02/2026\n",
    )
    assert 'dates: ["%d/%m/%Y"]' in proposed.text
    assert "decide" not in proposed.text
    assert moments(proposed) == ["2026-02-01", "2026-02-03"]


def test_days_that_are_written_as_midnight_utc(settings: Settings) -> None:
    proposed = propose(
        settings, "leads.csv", "Lead ID,Created Date\nl-1,2026-01-02T00:00:00Z\nl-2,2026-01-03T00:00:00Z\n"
    )
    assert "days: [Created Date]" in proposed.text
    assert moments(proposed) == ["2026-01-02", "2026-01-03"]


def test_numbers_are_dates_only_under_a_name_of_dates(settings: Settings) -> None:
    proposed = propose(settings, "leads.csv", "Lead ID,Created At,Region\n1767225600000,1767258000000,46023\n")
    assert "dates: [unix_ms]" in proposed.text
    assert moments(proposed) == ["2026-01-01 09:00:00"]


@pytest.mark.parametrize(
    ("amounts", "signs", "is_ambiguous"),
    [
        (("1234.50", "99"), "", False),
        (('"$1,234.50"', "99"), 'decimal: .\n    thousands: ","', False),
        (('"1.234,5"', "99"), 'decimal: ","\n    thousands: .', False),
        (('"1 234,50"', "99"), 'decimal: ","\n    thousands: " "', False),
        (("1'234.50", "99"), 'decimal: .\n    thousands: "\'"', False),
        (("1.235", "2.500"), 'decimal: ","\n    thousands: .', True),
    ],
    ids=["plain", "us", "german", "french", "swiss", "ambiguous"],
)
def test_the_signs_of_amounts(settings: Settings, amounts: tuple[str, str], signs: str, is_ambiguous: bool) -> None:
    rows = "".join(f"d-{number},Open,{amount},2026-01-02\n" for number, amount in enumerate(amounts))
    proposed = propose(settings, "deals.csv", "Deal ID,Deal Stage,Amount,Create Date\n" + rows)
    assert (signs in proposed.text) if signs else ("decimal" not in proposed.text)
    assert ("is ambiguous" in proposed.text) == is_ambiguous
    assert landed(proposed)[1] == 0
