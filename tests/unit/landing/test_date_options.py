"""Which dates and days the options of a feed make readable."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome


def land_stamps(home: LandingHome, folder: Path, options: str, values: Sequence[str]) -> dict[str, Any]:
    """What became of each value: the timestamp, the day, or the reason why the row is rejected."""
    rows = "".join(f'{number},l,demo,"{value}",\n' for number, value in enumerate(values))
    home.put("in/a.csv", "id,lead,type,at,segment\n" + rows)
    home.land(feed(folder, options))
    found = dict(home.ask("select event_id, coalesce(occurred_at, occurred_date) from raw.lead_events"))
    found |= dict(home.ask("select cast(line_number - 2 as varchar), reason from raw.rejected_rows"))
    kinds = dict(home.ask("select event_id, occurred_date from raw.lead_events where occurred_date is not null"))
    return {value: kinds.get(str(number), found[str(number)]) for number, value in enumerate(values)}


def test_declared_formats_of_dates_are_tried_in_order_after_iso_8601(home: LandingHome, tmp_path: Path) -> None:
    formats = ["%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y, %I:%M %p", "%d %b %Y %H:%M:%S.%f %z"]
    options = f"dates: {formats}\ntimezone: Europe/Berlin"
    assert land_stamps(home, tmp_path, options, values := [
        "2026-11-02", "2026-11-02T09:30", "4/11/2026", "04/11/2026", "11/25/2026", "04/11/2026 9:30",
        "11/25/2026, 9:30 PM", "11/25/2026, 12:05\u202fam", "2 Nov 2026 10:00:00.5 -0500", "31/11/2026", "04/11/26",
        "04/11/2026 9:3", "04.11.2026", "11/25/2026, 13:30 PM",
    ]) == dict(zip(values, [
        date(2026, 11, 2), datetime(2026, 11, 2, 8, 30), date(2026, 11, 4), date(2026, 11, 4), date(2026, 11, 25),
        datetime(2026, 11, 4, 8, 30), datetime(2026, 11, 25, 20, 30), datetime(2026, 11, 24, 23, 5),
        datetime(2026, 11, 2, 15, 0, 0, 500000),
        *(
            f"'{text}' is neither ISO 8601 nor %d/%m/%Y, %m/%d/%Y, %d/%m/%Y %H:%M, %m/%d/%Y, %I:%M %p, "
            "%d %b %Y %H:%M:%S.%f %z; correct it, or `dates` in feeds.yml"
            for text in ["31/11/2026", "04/11/26", "04/11/2026 9:3", "04.11.2026", "11/25/2026, 13:30 PM"]
        ),
    ], strict=True))  # fmt: skip


def test_numbers_that_count_time_are_read_when_declared(home: LandingHome, tmp_path: Path) -> None:
    values = [
        "1427997766000",
        "1430438400",
        "45992.5",
        "45992",
        "1427997766000.0",
        "1430438400.25",
        "45992.395833333336",
    ]
    assert land_stamps(home, tmp_path, "dates: [unix_ms, unix, excel]\ntimezone: America/New_York", values) == dict(
        zip(values, [
            datetime(2015, 4, 2, 18, 2, 46), datetime(2015, 5, 1), datetime(2025, 12, 1, 17), date(2025, 12, 1),
            datetime(2015, 4, 2, 18, 2, 46), datetime(2015, 5, 1, 0, 0, 0, 250000), datetime(2025, 12, 1, 14, 30),
        ], strict=True)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "text"),
    [("unix", "1427997766000"), ("unix_ms", "1430438400"), ("unix", "45992"), ("excel", "1430438400"), ("excel", "60"),
     ("excel", "2958466")],
)  # fmt: skip
def test_a_number_in_another_unit_is_rejected(home: LandingHome, tmp_path: Path, unit: str, text: str) -> None:
    reason = f"'{text}' is neither ISO 8601 nor {unit}; correct it, or `dates` in feeds.yml"
    assert land_stamps(home, tmp_path, f"dates: {unit}", [text]) == {text: reason}


def test_a_column_of_days_holds_days_whatever_the_clock_says(home: LandingHome, tmp_path: Path) -> None:
    options = 'days: at\ntimezone: America/New_York\ndates: [unix_ms, "%d/%m/%Y %H:%M"]'
    expected = {
        "2026-11-01T00:00:00Z": date(2026, 11, 1),
        "2026-11-02 00:00": date(2026, 11, 2),
        "2026-11-03": date(2026, 11, 3),
        "2026-11-01 01:30": date(2026, 11, 1),
        "2026-03-08 02:30": date(2026, 3, 8),
        "2026-10-31T20:00:00": date(2026, 10, 31),
        "2026-10-31T23:59:59-04:00": date(2026, 10, 31),
        "2026-11-01T04:00:00Z": date(2026, 11, 1),
        "2026-11-01T03:59:59Z": date(2026, 10, 31),
        "2024-02-29": date(2024, 2, 29),
        "1793491200000": date(2026, 11, 1),
        "05/11/2026 23:00": date(2026, 11, 5),
        "2026-02-29": "'2026-02-29' is neither ISO 8601 nor unix_ms, %d/%m/%Y %H:%M; correct it, or `dates` in "
        "feeds.yml",
    }
    assert land_stamps(home, tmp_path, options, list(expected)) == expected
