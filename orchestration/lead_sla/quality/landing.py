"""The first boundary: what landed, compared with what the same feed has delivered before."""

from collections.abc import Iterator
from datetime import date
from string import Template

from lead_sla.quality.checks import Check, NoRows, Suite
from lead_sla.quality.landing_queries import (
    CODE_MIX,
    FILES_ADD_UP,
    FILES_HOLD_THEIR_ROWS,
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
        name="landed_files_add_up",
        table="raw.landed_files",
        severity="error",
        description="Every row that was read from a file has landed or was rejected.",
        remedy="Landing has lost or invented rows. Delete the warehouse file and run `lead-sla refresh`; the files "
        "that are still in the landing folder land again.",
        rule=NoRows(FILES_ADD_UP),
    )
    yield Check(
        name="landed_files_hold_their_rows",
        table="raw.landed_files",
        severity="error",
        description="The warehouse holds exactly the rows that every file landed, and those it rejected.",
        remedy="Somebody has changed the tables of the schema raw. Delete the warehouse file and run "
        "`lead-sla refresh`; the files that are still in the landing folder land again.",
        rule=NoRows(FILES_HOLD_THEIR_ROWS),
    )
    yield Check(
        name="rejected_share_within_threshold",
        table="raw.landed_files",
        severity="error",
        description="Of a feed's rows in the latest landing, once they are 100, no more than the allowed share was "
        "rejected.",
        remedy="raw.rejected_rows names the line, the column and the reason for each. Mend the file, or its mapping in "
        "feeds.yml, and put the mended file into the landing folder; or raise max_rejected_share in dbt_project.yml.",
        rule=NoRows(REJECTED_SHARE),
    )


def _feed_checks(kind: str) -> Iterator[Check]:
    """The same four warnings for each kind of feed."""
    code, optional = CODES[kind], OPTIONAL_COLUMNS[kind]
    yield Check(
        name=f"{kind}_are_fresh",
        table=f"raw.{kind}",
        severity="warn",
        description="The newest event of every configured feed is at most 3 days older than as_of_date.",
        remedy="Ask whoever delivers the feed why nothing new comes, and see whether its glob in feeds.yml still "
        "matches the new files.",
        rule=NoRows(FRESHNESS),
    )
    yield Check(
        name=f"{kind}_volume_is_usual",
        table=f"raw.{kind}",
        severity="warn",
        description="Every configured feed brought, in the 7 days to as_of_date, between half and twice its median "
        "week of the 8 weeks before.",
        remedy="A campaign or a holiday explains it, or the export is cut short or doubled: compare with the source.",
        rule=NoRows(_fill(VOLUME, kind=kind)),
    )
    yield Check(
        name=f"{kind}_optional_columns_are_filled",
        table=f"raw.{kind}",
        severity="warn",
        description=f"The columns that may be empty ({', '.join(optional)}) are, in the 7 days to as_of_date, about as "
        "often filled as in the 8 weeks before: not 20 percent of the rows fewer, and not less than half as often.",
        remedy="See whether the source has renamed the column or stopped filling it; feeds.yml maps source columns.",
        rule=NoRows(
            _fill(
                NULL_SHARES,
                kind=kind,
                counts=",\n        ".join(f"count(*) filter (has_{column}) as {column}" for column in optional),
                names=", ".join(optional),
            )
        ),
    )
    yield Check(
        name=f"{kind}_mix_is_usual",
        table=f"raw.{kind}",
        severity="warn",
        description=f"Every {code} that made at least 5 percent of a feed's events in the 8 weeks before came in the "
        "14 days to as_of_date too.",
        remedy=f"Ask whoever delivers the feed whether the {code} was renamed or is no longer exported; a new code "
        "belongs into seeds/reference.",
        rule=NoRows(_fill(CODE_MIX, kind=kind, code=code)),
    )


def _list_recent_events(kind: str) -> str:
    columns = ",\n    ".join(f"bool_or({column} is not null) as has_{column}" for column in OPTIONAL_COLUMNS[kind])
    return _fill(RECENT_EVENTS, kind=kind, code=CODES[kind], columns=columns)


def _fill(query: str, **parts: str) -> str:
    return Template(query).safe_substitute(parts)
