"""The first boundary: the files that landed, compared with what the same feed has delivered before."""

from collections.abc import Iterator
from datetime import date
from string import Template

from lead_sla.quality.checks import Check, Suite
from lead_sla.quality.landing_queries import (
    CODES_STILL_ARRIVE,
    FILES_MATCH_STORED_ROWS,
    FRESHNESS,
    NULL_SHARES,
    RECENT_EVENTS,
    REJECTED_SHARE,
    VOLUME,
)

CODES = {"lead_events": "event_type", "deal_events": "stage"}
OPTIONAL_COLUMNS = {"lead_events": ("segment", "landing_page", "channel"), "deal_events": ("amount",)}


def landing_suite(as_of_date: date, max_rejected_share: float = 0.5) -> Suite:
    """The checks of the schema `raw`.

    Args:
        as_of_date: the last day that counts.
        max_rejected_share: the share (0 to 1) of a feed's rows above which a landing is refused.
    """
    checks = (*_file_checks(), *_feed_checks("lead_events"), *_feed_checks("deal_events"))
    parameters = {"as_of_date": f"date '{as_of_date}'", "max_rejected_share": str(max_rejected_share)}
    return Suite("landing", checks, parameters, tuple(_list_recent_events(kind) for kind in CODES))


def _file_checks() -> Iterator[Check]:
    yield Check(
        name="landed_files_match_stored_rows",
        table="raw.landed_files",
        severity="error",
        description="For every landed file, raw has the events and the rejected rows that were counted at landing.",
        remedy="The tables of the schema raw were changed by hand. Delete the warehouse file and run "
        "`lead-sla refresh`; the files that are still in the landing folder land again.",
        query=FILES_MATCH_STORED_ROWS,
    )
    yield Check(
        name="rejected_share_within_threshold",
        table="raw.landed_files",
        severity="error",
        description="In the latest landing, the rejected share of a feed with at least 100 rows is at most "
        "max_rejected_share.",
        remedy="raw.rejected_rows has the line, column and reason of each row. Correct the feed in feeds.yml, and its "
        "files land again; or correct the rows, and put them into a new file; or raise max_rejected_share in "
        "dbt_project.yml.",
        query=REJECTED_SHARE,
    )


def _feed_checks(kind: str) -> Iterator[Check]:
    """The same four warnings for each kind of feed."""
    code, optional = CODES[kind], OPTIONAL_COLUMNS[kind]
    yield Check(
        name=f"{kind}_are_fresh",
        table=f"raw.{kind}",
        severity="warn",
        description="The newest event of every configured feed is at most 3 days older than as_of_date.",
        remedy="Check that its glob in feeds.yml matches the new files, and ask the owner of the feed why none arrive.",
        query=FRESHNESS,
    )
    yield Check(
        name=f"{kind}_volume_in_usual_range",
        table=f"raw.{kind}",
        severity="warn",
        description="In the 7 days to as_of_date, every configured feed has between half and twice the events of its "
        "median week in the 8 weeks before.",
        remedy="Compare with the source: the export may be incomplete or duplicated. A campaign or a holiday "
        "explains it too.",
        query=_fill(VOLUME, kind=kind),
    )
    yield Check(
        name=f"{kind}_optional_columns_are_filled",
        table=f"raw.{kind}",
        severity="warn",
        description=f"In the 7 days to as_of_date, the filled share of the optional columns ({', '.join(optional)}) is "
        "at most 20 percentage points below that of the 8 weeks before, and at least half of it.",
        remedy="Check whether the source has renamed the column or no longer fills it; feeds.yml maps source columns.",
        query=_fill(
            NULL_SHARES,
            kind=kind,
            counts=",\n        ".join(f"count(*) filter (has_{column}) as {column}" for column in optional),
            names=", ".join(optional),
        ),
    )
    yield Check(
        name=f"{kind}_codes_still_arrive",
        table=f"raw.{kind}",
        severity="warn",
        description=f"Every {code} with at least 5 percent of a feed's events in the 8 weeks before also occurs in the "
        "14 days to as_of_date.",
        remedy=f"Ask the owner of the feed whether the {code} was renamed or removed; add a new code to "
        "event_types.csv or deal_stages.csv.",
        query=_fill(CODES_STILL_ARRIVE, kind=kind, code=code),
    )


def _list_recent_events(kind: str) -> str:
    columns = ",\n    ".join(f"bool_or({column} is not null) as has_{column}" for column in OPTIONAL_COLUMNS[kind])
    return _fill(RECENT_EVENTS, kind=kind, code=CODES[kind], columns=columns)


def _fill(query: str, **parts: str) -> str:
    return Template(query).safe_substitute(parts)
