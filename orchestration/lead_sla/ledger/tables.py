"""The ledgers: their tables and views in `raw`.

Every publication has a number. A ledger contains, for each publication, the rows that differ from the one before, with
`is_published` false where a row was removed. So it grows with what changes, and the last row of a key is what was
published last. Publications that readers no longer see are withdrawn by number, and their rows no longer count.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

PUBLICATION_COLUMNS = {
    "run_id": "varchar not null",
    "published_at": "timestamp not null",
    "as_of_date": "date not null",
    "business_timezone": "varchar not null",
    "reporting_currency": "varchar not null",
    "last_file_number": "bigint",
    "rows_landed": "bigint",
    "code_hash": "varchar",
    "agreement_hash": "varchar",
    "reference_hash": "varchar",
    "rules_hash": "varchar",
    "maturity_days": "varchar",
    "close_rate_method": "varchar",
}
RESTATEMENT_COLUMNS = {
    "sla_id": "varchar not null",
    "date": "date not null",
    "figure": "varchar not null",
    "period_start": "date not null",
    "is_closed_period": "boolean not null",
    "was_published_at": "timestamp not null",
    "published_at": "timestamp not null",
    "previous_value": "double",
    "current_value": "double",
    "change": "double",
    "reason": "varchar not null",
}
NOT_WITHDRAWN = "publication_number not in (select publication_number from raw.withdrawals)"


@dataclass(frozen=True, eq=False)
class Ledger:
    """A ledger: the recorded part of a publication, by `key`; `values` are null where a row was removed."""

    name: str
    key: dict[str, str]
    values: dict[str, str]

    @property
    def table(self) -> str:
        """The append-only table."""
        return f"raw.{self.name}_ledger"

    @property
    def view(self) -> str:
        """The rows of the last publication."""
        return f"raw.published_{self.name}s"

    @property
    def columns(self) -> str:
        """Key and values, for a select."""
        return ", ".join([*self.key, *self.values])

    def statements(self) -> Iterator[str]:
        """What creates the table and its view."""
        key = ", ".join(self.key)
        columns = ", ".join(
            [
                *(f"{name} {sql_type} not null" for name, sql_type in self.key.items()),
                *(f"{name} {sql_type}" for name, sql_type in self.values.items()),
            ]
        )
        yield (
            f"create table if not exists {self.table} (publication_number bigint not null, {columns}, "
            f"is_published boolean not null, primary key (publication_number, {key}))"
        )
        # A ledger of an older version has not all columns yet.
        for name, sql_type in self.values.items():
            yield f"alter table {self.table} add column if not exists {name} {sql_type}"
        yield f"""
            create or replace view {self.view} as
            select {self.columns}
            from (
                select *, row_number() over (partition by {key} order by publication_number desc) as row_age
                from {self.table}
                where {NOT_WITHDRAWN}
            )
            where row_age = 1 and is_published
        """


FIGURES = Ledger(
    "figure",
    {"sla_id": "varchar", "date": "date", "figure": "varchar"},
    {"period_start": "date", "amount": "double"},
)
RATE_CARDS = Ledger(
    "rate_card",
    {"period_start": "date", "event_type": "varchar"},
    {"close_rate": "double", "points": "double", "value": "double", "rate_source": "varchar"},
)
SLAS = Ledger("sla", {"sla_id": "varchar"}, {"unit": "varchar", "segment": "varchar", "pacing": "varchar"})
QUARANTINED_ROWS = Ledger("quarantined_row", {"file_number": "bigint", "row_number": "bigint"}, {})
WON_DEALS = Ledger("won_deal", {"deal_id": "varchar"}, {"lead_id": "varchar"})
TARGETS = Ledger(
    "target",
    {"sla_id": "varchar", "period_start": "date", "effective_from": "date"},
    {
        "goal_basis": "varchar",
        "amount": "double",
        "change_policy": "varchar",
        "reason": "varchar",
        "approved_by_marketing": "varchar",
        "approved_by_sales": "varchar",
    },
)
RATES = Ledger(
    "rate",
    {"event_type": "varchar", "effective_from": "date"},
    {
        "close_rate": "double",
        "average_deal_value": "double",
        "approved_by_marketing": "varchar",
        "approved_by_sales": "varchar",
        "note": "varchar",
    },
)
LEDGERS = (FIGURES, RATE_CARDS, SLAS, QUARANTINED_ROWS, WON_DEALS, TARGETS, RATES)
# What dbt reads of them.
VIEWS = (
    "last_publication",
    "published_restatements",
    *(ledger.view.removeprefix("raw.") for ledger in (FIGURES, RATE_CARDS, SLAS, QUARANTINED_ROWS, WON_DEALS)),
)


def create_ledgers(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the ledgers where they are missing; what is there stays as it is."""
    for statement in _statements():
        connection.execute(statement)


def _statements() -> Iterator[str]:
    yield "create schema if not exists raw"
    yield (
        "create table if not exists raw.publications (publication_number bigint primary key, "
        f"{_define(PUBLICATION_COLUMNS)})"
    )
    # A table of an older release does not have all columns yet.
    for name, definition in PUBLICATION_COLUMNS.items():
        if not definition.endswith("not null"):
            yield f"alter table raw.publications add column if not exists {name} {definition}"
    yield (
        "create table if not exists raw.withdrawals "
        "(publication_number bigint primary key, withdrawn_at timestamp not null)"
    )
    yield (
        f"create table if not exists raw.restatements (publication_number bigint not null, "
        f"{_define(RESTATEMENT_COLUMNS)}, primary key (publication_number, sla_id, date, figure, published_at))"
    )
    yield (
        f"create or replace view raw.last_publication as select publication_number, {', '.join(PUBLICATION_COLUMNS)} "
        f"from raw.publications where publication_number = "
        f"(select max(publication_number) from raw.publications where {NOT_WITHDRAWN})"
    )
    yield (
        f"create or replace view raw.published_restatements as select {', '.join(RESTATEMENT_COLUMNS)} "
        f"from raw.restatements where {NOT_WITHDRAWN}"
    )
    for ledger in LEDGERS:
        yield from ledger.statements()


def _define(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {definition}" for name, definition in columns.items())
