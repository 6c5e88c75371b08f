"""Recording publications in the ledgers of the warehouse: the one being published, and the one that readers see."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from lead_sla.errors import CheckFailedError
from lead_sla.ledger import appending, tables
from lead_sla.publishing.fingerprints import AGREEMENTS, CODE, MATURITY, METHOD, REFERENCE, RULES
from lead_sla.publishing.manifest import Publication
from lead_sla.publishing.workbench import MART_FILE
from lead_sla.settings import Settings
from lead_sla.sql import literal
from lead_sla.warehouse import connect

FINGERPRINTS = {
    "code_hash": CODE,
    "agreement_hash": AGREEMENTS,
    "reference_hash": REFERENCE,
    "rules_hash": RULES,
    "maturity_days": MATURITY,
    "close_rate_method": METHOD,
}
RESTATEMENTS = "rpt_restatements"
DATA_QUALITY = "rpt_data_quality"

# The figures and cards of the warehouse's marts that differ from the last publication, found by dbt.
CHANGES = {
    tables.FIGURES: """
        select sla_id, date, figure, period_start, current_value as amount, is_published
        from intermediate.int_figure_changes
    """,
    tables.RATE_CARDS: """
        select period_start, event_type, close_rate, points, value, rate_source, is_published
        from intermediate.int_rate_card_changes
    """,
}
# What else is known of a publication in the warehouse, as of $as_of_date, and is compared exactly.
STATES = {
    tables.SLAS: "from marts.dim_slas",
    tables.TARGETS: "from marts.dim_agreed_targets",
    tables.RATES: "from marts.dim_agreed_rates",
    tables.QUARANTINED_ROWS: "select file_number, row_number from staging.quarantined_events",
    tables.WON_DEALS: """
        select deal_id, lead_id from intermediate.int_deal_versions
        where
            valid_from <= $as_of_date
            and (valid_to is null or valid_to > $as_of_date)
            and won_date is not null
            and lead_id is not null
    """,
}
# What only the published mart records.
MART_STATES = {
    tables.FIGURES: """
        select sla_id, date, 'actual' as figure, period_start, actual as amount
        from seen.fct_sla_daily_cumulative
        where date <= $as_of_date
        union all
        select sla_id, date, 'goal' as figure, period_start, target_daily as amount
        from seen.fct_sla_daily_cumulative
    """,
    tables.RATE_CARDS: "from seen.fct_rate_cards",
    tables.SLAS: "from seen.dim_slas",
    tables.TARGETS: "from seen.dim_agreed_targets",
    # A mart of an older version has no deal values.
    tables.RATES: (
        "select * from (select null::double as average_deal_value limit 0) union all by name from seen.dim_agreed_rates"
    ),
}
MART_TABLES = {
    "dim_agreed_rates",
    "dim_agreed_targets",
    "dim_slas",
    "fct_rate_cards",
    "fct_sla_daily_cumulative",
    DATA_QUALITY,
    RESTATEMENTS,
}


def record_publication(settings: Settings, publication: Publication) -> None:
    """Add the publication to the ledgers, from the models that it was made of; once for each run.

    It is one transaction, so that an interrupted process leaves either the whole publication or nothing of it.
    """
    with closing(connect(settings)) as connection:
        connection.execute("begin")
        tables.create_ledgers(connection)
        if appending.find_publication(connection, publication.run_id) is None:
            (last_file,) = connection.execute("select max(file_number) from raw.landed_files").fetchall()[0]
            number = _add_publication(connection, settings, publication, "marts", last_file)
            for ledger, changes in CHANGES.items():
                appending.add_rows(connection, ledger, number, changes)
            for ledger, state in STATES.items():
                appending.add_differences(connection, ledger, number, _dated(state, publication.as_of_date))
            appending.add_restatements(connection, number, f"from marts.{RESTATEMENTS}")
        connection.execute("commit")


def follow_readers(settings: Settings, folder: Path | None, seen: Publication | None) -> None:
    """Bring the ledgers in line with the version that readers see, `seen` in `folder`, before anything is compared.

    Publications after it are withdrawn: readers never saw them, or no longer do since a rollback. A version that the
    ledgers do not have (of a release without ledgers, or because the warehouse was deleted or restored) is added from
    its mart, with what was signed and restated; which files and deals were known to it is not. Without any version the
    ledgers stay as they are.

    Raises:
        CheckFailedError: the version is not in the ledgers, and cannot be read.
    """
    with closing(connect(settings)) as connection:
        connection.execute("begin")
        tables.create_ledgers(connection)
        if folder is not None and seen is not None:
            number = appending.find_publication(connection, seen.run_id)
            if number is None:
                _add_mart(connection, settings, folder, seen)
            else:
                appending.withdraw_after(connection, number, datetime.now(UTC).replace(tzinfo=None))
        connection.execute("commit")


def _add_mart(connection: duckdb.DuckDBPyConnection, settings: Settings, folder: Path, seen: Publication) -> None:
    try:
        connection.execute(f"attach {literal(folder / MART_FILE)} as seen (read_only)")
        found = connection.execute("select table_name from duckdb_tables() where database_name = 'seen'").fetchall()
        if {name for (name,) in found} >= MART_TABLES:  # otherwise a release that kept no agreements has published it
            number = _add_publication(connection, settings, seen, "seen", None)
            for ledger, state in MART_STATES.items():
                appending.add_differences(connection, ledger, number, _dated(state, seen.as_of_date))
            columns = ", ".join(tables.RESTATEMENT_COLUMNS)
            listed = f"from seen.{RESTATEMENTS} as listed ({columns})"
            appending.add_restatements(connection, number, listed)
    except duckdb.Error as error:
        raise CheckFailedError(
            f"The version that readers see, {folder}, is not in the ledgers of the warehouse, and cannot be read: "
            f"{str(error).splitlines()[0]}. Nothing was published. Move that folder away to go on without it, and run "
            "`lead-sla refresh` again."
        ) from error


def _add_publication(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    publication: Publication,
    schema: str,
    last_file: int | None,
) -> int:
    landed = f"select sum(row_count) from {schema}.{DATA_QUALITY} as counts (feed, reason, row_count)"
    (rows_landed,) = connection.execute(f"{landed} where reason = 'landed'").fetchall()[0]
    columns = {
        "run_id": publication.run_id,
        "published_at": publication.published_at.astimezone(UTC).replace(tzinfo=None),
        "as_of_date": publication.as_of_date,
        "business_timezone": publication.business_timezone,
        "reporting_currency": publication.reporting_currency or settings.reporting_currency,
        "last_file_number": last_file,
        "rows_landed": rows_landed,
        **{column: publication.fingerprints.get(reason) for column, reason in FINGERPRINTS.items()},
    }
    return appending.add_publication(connection, columns)


def _dated(sql: str, as_of_date: date) -> str:
    return sql.replace("$as_of_date", f"date {literal(as_of_date)}")
