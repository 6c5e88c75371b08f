"""What moved since the publication before: `rpt_restatements`, and the evidence that the next comparison will need.

A day that was published must not change unnoticed. Each version keeps what was known when it was made (which files had
landed, which events were held in quarantine, which deals were won, hashes of code and seeds), so that the next one can
tell why a figure moved. The list itself is carried from version to version: only the last few are kept.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from lead_sla.errors import CheckFailedError
from lead_sla.publishing.fingerprints import AGREEMENTS
from lead_sla.publishing.manifest import Publication
from lead_sla.publishing.workbench import MART_FILE, create_described
from lead_sla.sql import literal

RESTATEMENTS = "rpt_restatements"
TARGET = f"sla_mart.main.{RESTATEMENTS}"
EVIDENCE_DIR = "evidence"
# Close rates are products of many floats, and may differ in the last digits from run to run.
TOLERANCE = 1e-9

RESTATEMENTS_COMMENT = (
    "What a published day said before, and what it says since. One row per SLA, date, figure and publication that "
    "changed it; days that two publications in a row cover."
)
RESTATEMENTS_COLUMNS = {
    "sla_id": ("varchar not null", "the agreement"),
    "date": ("date not null", "the day whose figure moved, in the business time zone"),
    "figure": ("varchar not null", "actual: delivered that day; goal: that day's share of the target"),
    "period_start": ("date not null", "the first day of the month in which it lies"),
    "is_closed_period": ("boolean not null", "whether the month was over when it was published before"),
    "was_published_at": ("timestamp not null", "when it was published before, in UTC"),
    "published_at": ("timestamp not null", "when the change was published, in UTC"),
    "previous_value": ("double", "what it said before, in the SLA's unit; null: undefined"),
    "current_value": ("double", "what it says since, in the SLA's unit; null: undefined"),
    "change": ("double", "current_value less previous_value; null if one of them is"),
    "reason": (
        "varchar not null",
        "every cause that was found, separated by commas: late events, quarantine released, events quarantined, deal "
        "reopened, agreement changed, reference data changed, settings changed, code changed; or unexplained",
    ),
}

# The names of the files, and what SQL tells of the warehouse as of `$as_of_date`.
EVIDENCE = {
    "known_files": "select file_id from warehouse.raw.landed_files",
    "held_events": """
        select file_id, row_number from warehouse.staging.stg_raw__lead_events
        where disposition not in ('accepted', 'replayed')
        union all
        select file_id, row_number from warehouse.staging.stg_raw__deal_events
        where disposition not in ('accepted', 'replayed')
    """,
    "won_deals": """
        select deal_id, lead_id from warehouse.intermediate.int_deal_versions
        where
            valid_from <= $as_of_date
            and (valid_to is null or valid_to > $as_of_date)
            and won_date is not null
            and lead_id is not null
    """,
}


def keep_evidence(connection: duckdb.DuckDBPyConnection, folder: Path, as_of_date: date) -> None:
    """Write what is known now into the version in `folder`; no BI tool reads it."""
    (folder / EVIDENCE_DIR).mkdir()
    for name, sql in EVIDENCE.items():
        path = folder / EVIDENCE_DIR / f"{name}.parquet"
        dated = sql.replace("$as_of_date", f"date {literal(as_of_date)}")
        connection.execute(f"copy ({dated}) to {literal(path)} (format parquet)")


def write_restatements(
    connection: duckdb.DuckDBPyConnection, publication: Publication, before: tuple[Path, Publication] | None
) -> None:
    """Create the table in `sla_mart`: the list so far, and what moved between the version `before` and this one.

    Raises:
        CheckFailedError: the version before cannot be read any more.
    """
    create_described(connection, TARGET, RESTATEMENTS_COMMENT, RESTATEMENTS_COLUMNS)
    if before is None:
        return
    folder, publication_before = before
    try:
        _attach_before(connection, folder)
        _insert_changes(connection, publication, publication_before)
        connection.execute(f"insert into {TARGET} by name from was.main.{RESTATEMENTS}")
        connection.execute("detach was")
    except duckdb.Error as error:
        raise CheckFailedError(
            f"The version published before, {folder}, cannot be compared with this one, so what changed would go "
            f"unnoticed: {str(error).splitlines()[0]}. Nothing was published. Move that folder away to start the "
            "list of restatements anew, and run `lead-sla refresh` again."
        ) from error


def _attach_before(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.execute(f"attach {literal(folder / MART_FILE)} as was (read_only)")
    for name in EVIDENCE:
        path = folder / EVIDENCE_DIR / f"{name}.parquet"
        connection.execute(f"create temp table {name} as from read_parquet({literal(path)})")


def _insert_changes(connection: duckdb.DuckDBPyConnection, publication: Publication, before: Publication) -> None:
    connection.execute(
        "create temp macro moved(previous_value, current_value) as (previous_value is null) <> (current_value is null) "
        f"or abs(previous_value - current_value) > {TOLERANCE} * greatest(1, abs(previous_value), abs(current_value))"
    )
    changed = {reason for reason, seen in publication.fingerprints.items() if seen != before.fingerprints.get(reason)}
    connection.execute(
        f"insert into {TARGET} by name {Path(__file__).with_name('restatements.sql').read_text()}",
        {
            "was_as_of_date": before.as_of_date,
            "as_of_date": publication.as_of_date,
            "was_published_at": _in_utc(before.published_at),
            "published_at": _in_utc(publication.published_at),
            "is_agreement_changed": AGREEMENTS in changed,
            "version_reasons": sorted(changed - {AGREEMENTS}),
        },
    )


def _in_utc(stamp: datetime) -> datetime:
    return stamp.astimezone(UTC).replace(tzinfo=None)
