"""Amounts and currencies are proposed, and what cannot be read as one is said."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from lead_sla.settings import Settings
from tests.support.proposed_feeds import landed, propose

HEADER = "Deal ID;Contact ID;Stage;Amount;Close Date\n"


def write_deals(*amounts: str, header: str = HEADER) -> str:
    stages = ("Won", "Lost")
    rows = (f"d-{at};c-{at};{stages[at % 2]};{amount};2026-11-02\n" for at, amount in enumerate(amounts))
    return header + "".join(rows)


def test_odd_values_do_not_hide_the_amounts(settings: Settings) -> None:
    text = write_deals("$12,000.00", "€3,500", "TBD", "(1,200.00)", "900", "750")
    proposed = propose(settings, "deals.csv", text)
    assert "amount: Amount" in proposed.text
    assert "decide: Amount has values that are no amounts, such as TBD: these rows are rejected" in proposed.text
    assert landed(proposed) == (4, 2)
    assert "2 rows, such as line 4: amount 'TBD'" in proposed.outcome.landed.reasons[0]


def test_cells_of_other_types_do_not_hide_the_amounts(settings: Settings, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADER.strip().split(";"))  # type: ignore[union-attr]
    for at, amount in enumerate([1200.5, True, "#REF!", 900, 800]):
        book.active.append([f"d-{at}", f"c-{at}", "Won", amount, "2026-11-02"])  # type: ignore[union-attr]
    book.save(tmp_path / "deals.xlsx")
    proposed = propose(settings, "deals.xlsx", (tmp_path / "deals.xlsx").read_bytes())
    assert "amount: Amount" in proposed.text
    assert landed(proposed) == (3, 2)


def test_amounts_that_are_mostly_none_are_no_amounts_and_said_to_be_left_out(settings: Settings) -> None:
    proposed = propose(settings, "deals.csv", write_deals("high", "low", "5"))
    assert "amount:" not in proposed.text
    assert "# not mapped, kept as attributes: Amount\n" in proposed.text


@pytest.mark.parametrize(
    ("amount", "header", "currency", "doubt"),
    [
        ("€ 1.000,00", "Amount", "EUR", "it is that of € in Amount; is it right?"),
        ("$1,000.00", "Amount", "USD", "it is that of $ in Amount, which other currencies have as well"),
        ("R$ 1.000,00", "Amount", "BRL", "it is that of R$ in Amount; is it right?"),
        ("1,000.00 CHF", "Amount", "CHF", "it is that of CHF in Amount"),
        ("1000", "Amount (EUR)", "EUR", "it is that of EUR in Amount (EUR)"),
    ],
    ids=["euro", "dollar", "real", "code", "name"],
)
def test_the_currency_of_signs_is_a_constant_to_decide(
    settings: Settings, amount: str, header: str, currency: str, doubt: str
) -> None:
    proposed = propose(settings, "deals.csv", write_deals(amount, header=HEADER.replace("Amount", header)))
    assert f"currency: {{constant: {currency}}}" in proposed.text
    assert f"# decide: no column has the currency, so {doubt}" in proposed.text
    assert currency in proposed.outcome.rows[0]


def test_several_signs_are_no_currency(settings: Settings) -> None:
    proposed = propose(settings, "deals.csv", write_deals("$1,000.00", "€3,500.00"))
    assert "\n      currency:" not in proposed.text
    assert "# decide: Amount has $, €, and no column has the currency" in proposed.text


def test_a_column_of_codes_is_the_currency_whatever_its_name(settings: Settings) -> None:
    text = "Deal ID,Stage,Amount,Whg,Close Date\nd-1,Won,5,EUR,2026-11-02\nd-2,Lost,5,CHF,2026-11-02\n"
    proposed = propose(settings, "deals.csv", text)
    assert "currency: Whg\n" in proposed.text


def test_amounts_without_any_sign_of_a_currency_have_none(settings: Settings) -> None:
    assert "currency" not in propose(settings, "deals.csv", write_deals("1000", "50")).text
