"""Dated exchange rates of an org as rows for `exchange_rates.csv`."""

from decimal import Decimal

from lead_sla.crm.rates import ProposedRate
from lead_sla.crm.salesforce.client import Org, Row
from lead_sla.crm.salesforce.objects import RATE
from lead_sla.crm.salesforce.soql import select

DECIMALS = Decimal("0.000001")


def read_rates(org: Org, currency: str) -> list[ProposedRate]:
    """What one unit of each currency is worth in the reporting currency, from each day on which it changed.

    Salesforce says how many units of a currency the corporate one is worth; one without a row is the corporate one.

    Raises:
        PullError: they cannot be read.
    """
    found = org.describe(RATE.name)
    if found is None or not set(RATE.required) <= found:
        return []  # an org with one currency
    rows = sorted(org.query(select(RATE.required, RATE.name)), key=lambda row: str(row["StartDate"]))
    codes = sorted({str(row["IsoCode"]) for row in rows} - {currency})
    return [rate for code in codes for rate in _convert(code, _rates_of(rows, code), _rates_of(rows, currency))]


def _convert(code: str, rates: dict[str, Decimal], reporting: dict[str, Decimal]) -> list[ProposedRate]:
    found: list[ProposedRate] = []
    for day in sorted({*rates, *reporting}):
        rate, other = _rate_on(rates, day), _rate_on(reporting, day) if reporting else Decimal(1)
        if rate is None or other is None:
            continue
        shown = format((other / rate).quantize(DECIMALS).normalize(), "f")
        if not found or found[-1].rate != shown:
            found.append(ProposedRate(code, day, shown))
    return found


def _rates_of(rows: list[Row], code: str) -> dict[str, Decimal]:
    return {str(row["StartDate"]): Decimal(str(row["ConversionRate"])) for row in rows if row["IsoCode"] == code}


def _rate_on(rates: dict[str, Decimal], day: str) -> Decimal | None:
    """The rate in force; before the first one there is none."""
    started = [start for start in rates if start <= day]
    return rates[max(started)] if started else None
