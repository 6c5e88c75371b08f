"""Exchange rates as rows for the seed `exchange_rates.csv`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProposedRate:
    """A row of the seed: what one unit of a currency is worth in the reporting currency from a day on."""

    currency: str
    effective_from: str
    rate: str
