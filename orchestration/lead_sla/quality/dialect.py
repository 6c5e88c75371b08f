"""The DuckDB dialect through which Great Expectations reads the warehouse.

Great Expectations closes the connection before it fetches the rows of a query. DuckDB's rows end with their
connection, so every aggregate is empty. This dialect fetches them while the connection is still open; see
`docs/decisions/0002-great-expectations-through-a-buffered-dialect.md`.
"""

from duckdb_sqlalchemy import Dialect, DuckDBExecutionContext
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

NAME = "duckdb.buffered"


class BufferedExecutionContext(DuckDBExecutionContext):
    """Holds all rows of a result in memory, so that they outlive the connection."""

    def post_exec(self) -> None:
        """Fetch the rows as soon as the statement has run."""
        super().post_exec()
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class BufferedDialect(Dialect):
    """DuckDB whose results outlive their connection; for queries with few rows."""

    supports_statement_cache = True  # SQLAlchemy does not inherit this one
    execution_ctx_cls = BufferedExecutionContext


def register_dialect() -> None:
    """Make `duckdb+buffered:///path` known to SQLAlchemy."""
    registry.register(NAME, __name__, BufferedDialect.__name__)
