"""Which amounts the options of a feed make readable."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome


def land_amounts(home: LandingHome, folder: Path, options: str, values: Sequence[str]) -> dict[str, Any]:
    """The amount that each value became, or the reason why the row is rejected."""
    rows = "".join(f'{number},d,l,won,"{value}",,2026-11-02\n' for number, value in enumerate(values))
    home.put("in/a.csv", "id,deal,lead,stage,amount,currency,at\n" + rows)
    home.land(feed(folder, options, "deal_events"))
    found = dict(home.ask("select event_id, amount from raw.deal_events"))
    found |= dict(home.ask("select cast(line_number - 2 as varchar), reason from raw.rejected_rows"))
    return {value: found[str(number)] for number, value in enumerate(values)}


def test_amounts_in_the_american_format(home: LandingHome, tmp_path: Path) -> None:
    expected = {
        "1,234.50": Decimal("1234.50"), "$36,300": Decimal(36300), "58.8k": Decimal(58800), 
        "-$1.5M": Decimal(-1500000),
        "US$ 12,345,678.9": Decimal("12345678.90"), "₹12,34,567.00": Decimal(1234567), 
        "USD 1234.50": Decimal("1234.50"),
        "1234.50 usd": None, "+12.5": Decimal("12.50"), "$-5": Decimal(-5), "1.235": Decimal("1.24"),
        "1.005": Decimal("1.01"), "2 K": Decimal(2000), "2 K €": Decimal(2000), "\u2212$5": Decimal(-5),
        ".5": Decimal("0.50"), "0": Decimal(0), "(500.00)": None, "1,23": None, "1.234,50": None, 
        "5 MIO": None, "0x10": None,
        "50%": None, "--5": None, "-$-5": None, "1e3": None, "$": None, "k": None, "1,234k5": None, ",5": None,
    }  # fmt: skip
    check_amounts(home, tmp_path, 'thousands: ","', expected)


def test_amounts_in_the_german_format(home: LandingHome, tmp_path: Path) -> None:
    expected = {
        "€ 3.500,00": Decimal(3500), "1.235": Decimal(1235), "1234,50": Decimal("1234.50"), 
        "1.234,5 €": Decimal("1234.50"),
        "1,235": Decimal("1.24"), "-1.000.000": Decimal(-1000000), "2,5k EUR": Decimal(2500), "1.5": None,
        "1.2345": None, "1,234.50": None, "1.23,4": None,
    }  # fmt: skip
    check_amounts(home, tmp_path, 'decimal: ","\nthousands: "."', expected)


@pytest.mark.parametrize(
    ("options", "text", "amount"),
    [
        ('decimal: ","', "1234,5", "1234.50"), ('decimal: ","', "1.235", None), ('decimal: ","', "1.234,50", None),
        ('decimal: ","', "0,235", "0.24"), ('decimal: ","', "1234,500 EUR", "1234.50"),
        ('decimal: ","', "$36,3001", "36.30"),
        ('decimal: "."', "1234.125", "1234.13"), ('decimal: "."', "1,234", None), 
        ("thousands: ' '", "1\u202f234.50", "1234.50"),
        ("decimal: ','\nthousands: ' '", "1 234,50 zł", "1234.50"), 
        ("thousands: \"'\"", "CHF 1\u2019234.50", "1234.50"),
    ],
)  # fmt: skip
def test_an_amount_has_the_declared_signs(
    home: LandingHome, tmp_path: Path, options: str, text: str, amount: str | None
) -> None:
    check_amounts(home, tmp_path, options, {text: None if amount is None else Decimal(amount)})


def check_amounts(home: LandingHome, folder: Path, options: str, expected: dict[str, Decimal | None]) -> None:
    landed = land_amounts(home, folder, options, list(expected))
    problem = " is not a valid decimal(18,2) number with the decimal sign"
    assert {text: value for text, value in landed.items() if isinstance(value, Decimal)} == {
        text: value for text, value in expected.items() if value is not None
    }
    for text, value in expected.items():
        assert value is not None or landed[text].startswith(f"'{text}'{problem}"), text


@pytest.mark.parametrize(
    ("options", "sign", "texts"),
    [
        ("", "point", ["1.235", "-12.345", "+999.999"]),
        ('decimal: "."', "point", ["1.235", "€ 12.345", "1.235k"]),
        ('decimal: ","', "comma", ["$36,300", "36,300", "-$1,500", "1,235 M", "100,000 EUR"]),
    ],
    ids=["undeclared", "point", "comma"],
)
def test_three_digits_after_the_decimal_sign_are_rejected_where_no_sign_between_thousands_is_declared(
    home: LandingHome, tmp_path: Path, options: str, sign: str, texts: list[str]
) -> None:
    reason = (
        f"has three digits after its {sign}, which can stand between thousands; declare "
        '`decimal: "."` and `thousands: ","` or `decimal: ","` and `thousands: "."` in feeds.yml'
    )
    assert land_amounts(home, tmp_path, options, texts) == {text: f"'{text}' {reason}" for text in texts}


@pytest.mark.parametrize("thousands", [".", " ", "'"])
def test_a_declared_sign_between_thousands_settles_what_a_comma_is(
    home: LandingHome, tmp_path: Path, thousands: str
) -> None:
    options = f'decimal: ","\nthousands: "{thousands}"'
    assert land_amounts(home, tmp_path, options, ["36,300"]) == {"36,300": Decimal("36.30")}


def test_a_number_is_a_number_in_json_and_parquet_whatever_the_format_of_text(
    home: LandingHome, tmp_path: Path
) -> None:
    rows = [("1.235", 1), ('"1.235"', 2), ("1234.5", 3), ('"1.234,5"', 4), ("1e3", 5)]
    home.put(
        "in/a.jsonl",
        "".join(
            f'{{"id":{i},"deal":"d","stage":"won","lead":"","currency":"","at":"2026-01-01","amount":{text}}}\n'
            for text, i in rows
        ),
    )
    typed = "'d' as deal, '' as lead, 'won' as stage, null as currency, date '2026-01-01' as at"
    home.copy_to("in/b.parquet", f"select 6 as id, {typed}, 1.235::double as amount")
    home.copy_to("in/c.parquet", f"select 7 as id, {typed}, '1.235' as amount")
    home.land(feed(tmp_path, 'decimal: ","\nthousands: "."', "deal_events"))
    assert dict(home.ask("select event_id, amount from raw.deal_events")) == {
        "1": Decimal("1.24"), "2": Decimal(1235), "3": Decimal("1234.50"), "4": Decimal("1234.50"), "5": Decimal(1000),
        "6": Decimal("1.24"), "7": Decimal(1235),
    }  # fmt: skip


def test_numbers_are_not_ambiguous_in_json_and_parquet_but_text_is(home: LandingHome, tmp_path: Path) -> None:
    line = '{{"id":{},"deal":"d","stage":"won","lead":"","currency":"","at":"2026-01-01","amount":{}}}\n'
    home.put("in/a.jsonl", line.format(1, "1.235") + line.format(2, '"1.235"'))
    typed = "'d' as deal, '' as lead, 'won' as stage, null as currency, date '2026-01-01' as at"
    home.copy_to("in/b.parquet", f"select 3 as id, {typed}, 1.235::double as amount")
    home.copy_to("in/c.parquet", f"select 4 as id, {typed}, '1.235' as amount")
    home.land(feed(tmp_path, "", "deal_events"))
    assert dict(home.ask("select event_id, amount from raw.deal_events")) == {
        "1": Decimal("1.24"),
        "3": Decimal("1.24"),
    }
    assert [reject[:2] for reject in home.rejects()] == [(2, "amount"), (1, "amount")]


def test_constants_and_defaults_are_plain_numbers_in_any_format(home: LandingHome, tmp_path: Path) -> None:
    home.put("in/a.csv", 'id,amount\n1,\n2,"1.000,5"\n')
    shared = "event_id: id, deal_id: id, stage: {constant: won}, occurred_at: {constant: 2026-01-01}"
    columns = f"{{{shared}, amount: {{column: amount, default: 1.235}}}}"
    home.land(feed(tmp_path, 'decimal: ","\nthousands: "."', "deal_events", columns))
    assert home.ask("select amount from raw.deal_events order by row_number") == [
        (Decimal("1.24"),),
        (Decimal("1000.5"),),
    ]
