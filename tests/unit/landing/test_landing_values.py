"""How text becomes a stamp, an amount, a text or a rejected row: the rules of the specification, one by one."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from lead_sla.inputs.feeds import Feed, Source
from tests.support.landing_home import DEAL_HEADER, DEALS, LandingHome

NEW_YORK = Feed("lead_events", "lead_events", "lead_events/*", "America/New_York")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2012-04-01T03:30:00Z", datetime(2012, 4, 1, 3, 30)),
        ("2012-04-01 03:30:00Z", datetime(2012, 4, 1, 3, 30)),
        ("2012-04-01T03:30Z", datetime(2012, 4, 1, 3, 30)),
        ("2012-04-01T03:30", datetime(2012, 4, 1, 3, 30)),
        ("2012-04-01T03:30:15.25", datetime(2012, 4, 1, 3, 30, 15, 250000)),
        ("2012-04-01T03:30:15.123456789Z", datetime(2012, 4, 1, 3, 30, 15, 123456)),
        ("2012-04-01T03:30+02:00", datetime(2012, 4, 1, 1, 30)),
        ("2012-04-01T03:30:00-0530", datetime(2012, 4, 1, 9, 0)),
        ("2012-04-01 03:30:00+00", datetime(2012, 4, 1, 3, 30)),
        ("2012-01-01T00:30+14", datetime(2011, 12, 31, 10, 30)),
        ("2012-02-29T00:00", datetime(2012, 2, 29)),
    ],
)
def test_a_stamp_is_stored_in_utc(home: LandingHome, text: str, moment: datetime) -> None:
    assert home.land_leads(f"e,l,demo,{text},,,\n") == [("e", moment, None)]


def test_a_date_is_stored_as_that_day_whatever_the_zone_of_the_feed(home: LandingHome) -> None:
    assert home.land_leads("e,l,demo,2012-04-01,,,\n", NEW_YORK) == [("e", None, date(2012, 4, 1))]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-07-01T12:00", datetime(2024, 7, 1, 16)),
        ("2024-01-01T12:00", datetime(2024, 1, 1, 17)),
        ("2024-07-01T12:00Z", datetime(2024, 7, 1, 12)),
        ("2024-07-01T12:00+02:00", datetime(2024, 7, 1, 10)),
        ("2024-03-10T02:30", datetime(2024, 3, 10, 7, 30)),  # skipped by the clocks: read an hour later
        ("2024-11-03T01:30", datetime(2024, 11, 3, 6, 30)),  # comes twice: the second, in standard time
    ],
)
def test_only_a_stamp_without_a_zone_is_read_in_the_zone_of_the_feed(
    home: LandingHome, text: str, moment: datetime
) -> None:
    home.connection.execute("set TimeZone = 'Asia/Tokyo'")
    assert home.land_leads(f"e,l,demo,{text},,,\n", NEW_YORK) == [("e", moment, None)]


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2012", "2012-4-1", "2012-04-31", "2012-13-01", "20120401", "2012-04", "2012-04-01T", "2012-04-01T3:30",
        "2012-04-01T03", "2012-04-01T24:00", "2012-04-01T03:60", "2012-04-01T03:30:60", "2012-04-01T03:30.5",
        "2012-04-01  03:30", "2012-04-01t03:30z", "2012-04-01T03:30 +02:00", "2012-04-01T03:30+2", "0000-01-01",
        "2012-04-01T03:30+24:00", "2012-04-01T03:30 UTC", "2012-04-01T03:30:00,5", "12012-04-01", "2012-W14-7",
        "2012-04-01 03:30 PM", "1333251000", "today", "infinity", "epoch", "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-01:00", "\uff12\uff10\uff11\uff12-04-01", "2012-04-01T03:30:00.Z", "-2012-04-01",
    ],
)  # fmt: skip
def test_any_other_stamp_is_rejected(home: LandingHome, text: str) -> None:
    assert home.land_leads(f'e,l,demo,"{text}",,,\n') == []
    reason = f"'{text}' is not an ISO 8601 date, or date and time"
    assert home.rejects() == [(2, "occurred_at", reason, f'e,l,demo,"{text}",,,')]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", None), ("0", "0.00"), ("12", "12.00"), ("12.", "12.00"), (".5", "0.50"), ("+3.1", "3.10"), ("-7", "-7.00"),
        ("1.0051", "1.01"), ("-1.0050", "-1.01"), ("1.00499999999999999999", "1.00"), ("0.675", "0.68"),
        (".005", "0.01"),
        ("1e3", "1000.00"), ("9.999999999999990E-16", "0.00"), ("-5e-3", "-0.01"),
        ("1.2345E2", "123.45"), ("9999999999999999.99", "9999999999999999.99"), ("0012.50", "12.50"), ("1e-9", "0.00"),
        ("1234567890123456.785", "1234567890123456.79"), ("1234.125", "1234.13"), ("1.005e0", "1.01"),
    ],
)  # fmt: skip
def test_an_amount_keeps_two_decimals_rounded_half_away_from_zero(
    home: LandingHome, text: str, amount: str | None
) -> None:
    home.put("deal_events/d.csv", f"{DEAL_HEADER}e,d,,won,{text},,2024-01-01\n")
    home.land(DEALS)
    found = home.ask("select amount from raw.deal_events")
    assert found == [(None if amount is None else Decimal(amount),)]


@pytest.mark.parametrize(
    "text",
    ["NaN", "inf", "-Infinity", "1,000", "1.000,50", "1_000", "1 000", "$5", "5 EUR", "0x1A", "1e", "1e9999", "--1",
     "10000000000000000", "9999999999999999.995", ".", "e5", "½", "٣"],
)  # fmt: skip
def test_any_other_amount_is_rejected(home: LandingHome, text: str) -> None:
    home.put("deal_events/d.csv", f'{DEAL_HEADER}e,d,,won,"{text}",,2024-01-01\n')
    assert home.land(DEALS).landed[0].rows_rejected == 1
    ((line, column, reason, _),) = home.rejects()
    assert (line, column) == (2, "amount")
    assert reason.startswith(f"'{text}' is not a valid decimal(18,2) number; write 1234.50")


def test_text_is_trimmed_of_all_white_space_and_empty_is_missing(home: LandingHome) -> None:
    rows = '\u00a0 e 1\t,"\tl\r\n", demo\u3000,2024-01-01 ,"",\u2003\t ," a b "\n'
    home.land_leads(rows)
    found = home.ask("select event_id, lead_id, event_type, segment, landing_page, channel from raw.lead_events")
    assert found == [("e 1", "l", "demo", None, None, "a b")]


@pytest.mark.parametrize("column", ["event_id", "lead_id", "event_type", "occurred_at"])
def test_a_row_without_a_required_value_is_rejected(home: LandingHome, column: str) -> None:
    values = {"event_id": "e", "lead_id": "l", "event_type": "demo", "occurred_at": "2024-01-01", column: " "}
    row = ",".join(values.values()) + ",,,"
    assert home.land_leads(row + "\n") == []
    assert home.rejects() == [(2, column, "is required, but missing", row)]


def test_a_deal_needs_no_lead_no_amount_and_no_currency(home: LandingHome) -> None:
    home.put("deal_events/d.csv", "event_id,deal_id,stage,occurred_at\ne,d,won,2024-01-01\n")
    home.land(DEALS)
    assert home.ask("select lead_id, amount, currency, stage from raw.deal_events") == [(None, None, None, "won")]


def test_mapped_columns_constants_and_defaults_are_applied_and_the_rest_is_kept(home: LandingHome) -> None:
    home.put("crm/a.csv", "mql,day,origin,owner\nm1,2024-01-01,,\nm2,2024-01-02, ads ,it's me\n")
    feed = Feed(
        "crm",
        "lead_events",
        "crm/*.csv",
        columns={
            "event_id": Source("mql"),
            "lead_id": Source("mql"),
            "event_type": Source("origin", default="it's unknown"),
            "occurred_at": Source("day"),
            "segment": Source(constant="o'brazil"),
        },
    )
    home.land(feed)
    found = home.ask("select event_id, lead_id, event_type, segment, channel, attributes from raw.lead_events")
    assert found == [
        ("m1", "m1", "it's unknown", "o'brazil", None, None),
        ("m2", "m2", "ads", "o'brazil", None, '{"owner":"it\'s me"}'),
    ]


def test_a_canonical_name_that_the_mapping_leaves_out_is_missing_and_kept_as_attribute(home: LandingHome) -> None:
    home.put("crm/a.csv", "event_id,lead_id,event_type,occurred_at,segment\n1,l,demo,2024-01-01,north\n")
    names = ["event_id", "lead_id", "event_type", "occurred_at"]
    home.land(Feed("crm", "lead_events", "crm/*", columns={name: Source(name) for name in names}))
    assert home.ask("select segment, attributes from raw.lead_events") == [(None, '{"segment":"north"}')]
