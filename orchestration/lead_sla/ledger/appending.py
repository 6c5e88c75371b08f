"""Adding a publication to the ledgers. Each function expects a transaction that its caller commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from lead_sla.ledger.tables import NOT_WITHDRAWN, PUBLICATION_COLUMNS, RESTATEMENT_COLUMNS, Ledger


def find_publication(connection: duckdb.DuckDBPyConnection, run_id: str) -> int | None:
    """The number under which the run was published and still counts; None when it was not."""
    found = connection.execute(
        f"select max(publication_number) from raw.publications where run_id = ? and {NOT_WITHDRAWN}", [run_id]
    ).fetchall()
    return found[0][0] if found else None


def add_publication(connection: duckdb.DuckDBPyConnection, publication: Mapping[str, Any]) -> int:
    """Add the publication itself, by its columns; returns its number."""
    (number,) = connection.execute("select coalesce(max(publication_number), 0) + 1 from raw.publications").fetchall()[
        0
    ]
    names = [name for name in PUBLICATION_COLUMNS if name in publication]
    marks = ", ".join("?" for _ in names)
    connection.execute(
        f"insert into raw.publications (publication_number, {', '.join(names)}) values (?, {marks})",
        [number, *(publication[name] for name in names)],
    )
    return int(number)


def add_rows(connection: duckdb.DuckDBPyConnection, ledger: Ledger, number: int, changes: str) -> None:
    """Add to a ledger the rows of the query `changes`, which has the ledger's columns and `is_published`."""
    connection.execute(
        f"insert into {ledger.table} (publication_number, {ledger.columns}, is_published) "
        f"select {number}, {ledger.columns}, is_published from ({changes})"
    )


def add_differences(connection: duckdb.DuckDBPyConnection, ledger: Ledger, number: int, state: str) -> None:
    """Add to a ledger what makes its last state that of the query `state`, which has the ledger's columns."""
    nulls = ", ".join(f"null as {name}" for name in ledger.values)
    add_rows(
        connection,
        ledger,
        number,
        f"""
        select *, true as is_published
        from (select {ledger.columns} from ({state}) except select {ledger.columns} from {ledger.view})

        union all by name

        select {", ".join(ledger.key)}, {f"{nulls}, " if nulls else ""}false as is_published
        from {ledger.view}
        anti join ({state}) using ({", ".join(ledger.key)})
        """,
    )


def add_restatements(connection: duckdb.DuckDBPyConnection, number: int, listed: str) -> None:
    """Add those rows of the query `listed`, which has the columns of `raw.restatements`, that are not in it yet."""
    columns = ", ".join(RESTATEMENT_COLUMNS)
    connection.execute(
        f"insert into raw.restatements (publication_number, {columns}) select {number}, {columns} from "
        f"(select {columns} from ({listed}) except select {columns} from raw.published_restatements)"
    )


def withdraw_after(connection: duckdb.DuckDBPyConnection, number: int, withdrawn_at: datetime) -> None:
    """Withdraw the publications after `number`."""
    connection.execute(
        "insert into raw.withdrawals select publication_number, $withdrawn_at from raw.publications "
        f"where publication_number > $number and {NOT_WITHDRAWN}",
        {"number": number, "withdrawn_at": withdrawn_at},
    )
