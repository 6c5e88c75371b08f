"""The schema of the eight seeds: the file of each, its columns, and which values a cell may hold.

dbt's column types (`models/staging/_seeds__*.yml`) and the table in `docs/how-to/edit-the-seeds.md` are tested against
it. What belongs here: anything about one cell. What does not: how a value is read (`seed_values.py`), and rules about
several cells or files (`seed_rules.py`).
"""

from dataclasses import dataclass

from lead_sla.inputs.seed_values import (
    BOOLEAN,
    CODES,
    CURRENCY_CODE,
    DAY,
    MONTH,
    SEGMENT,
    Kind,
    number,
    one_of,
    share,
    text,
    whole_number,
)

LONGEST_SALES_CYCLE_MONTHS = 120

LABEL = text("a display name")
UNIT = one_of("leads", "points", "value")
PACING = one_of("calendar_days", "business_days")
GOAL_BASIS = one_of("custom", "last_period", "same_period_last_year", "trailing_3_average", "plan")
CHANGE_POLICY = one_of("prospective", "retroactive", "catch_up")
OUTCOME = one_of("open", "won", "lost")


@dataclass(frozen=True)
class Column:
    """A column of a seed. An optional one may be empty, which loads as null.

    One that was `added_later` may be missing from the header, because files of earlier releases lack it.
    """

    name: str
    kind: Kind
    required: bool = True
    added_later: bool = False


ALIASES = Column("aliases", CODES, required=False, added_later=True)


@dataclass(frozen=True)
class SeedTable:
    """A seed: the file `<folder>/<name>.csv` with these columns, in any order."""

    name: str
    folder: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """Path of the file inside the seeds folder."""
        return f"{self.folder}/{self.name}.csv"

    @property
    def header(self) -> str:
        """The header line as we write it."""
        return ",".join(column.name for column in self.columns)


TABLES = (
    SeedTable(
        "event_types",
        "reference",
        (
            Column("event_type", text("the code of an event type")),
            Column("label", LABEL, required=False),
            Column("funnel_stage", text(), required=False),
            Column("funnel_rank", whole_number("A funnel rank")),
            Column("is_qualifying", BOOLEAN),
            ALIASES,
        ),
    ),
    SeedTable(
        "deal_stages",
        "reference",
        (
            Column("stage", text("the code of a stage")),
            Column("label", LABEL, required=False),
            Column("outcome", OUTCOME),
            Column("stage_rank", whole_number("A stage rank")),
            ALIASES,
        ),
    ),
    SeedTable(
        "holidays",
        "reference",
        (
            Column("segment", SEGMENT),
            Column("holiday_date", DAY),
            Column("label", LABEL, required=False),
        ),
    ),
    SeedTable(
        "exchange_rates",
        "reference",
        (
            Column("currency", CURRENCY_CODE),
            Column("effective_from", DAY),
            Column("rate", number("An exchange rate", above_zero=True, decimals=6, digits=12)),
        ),
    ),
    SeedTable(
        "sla_definitions",
        "targets",
        (
            Column("sla_id", text("the code of an SLA")),
            Column("label", LABEL),
            Column("unit", UNIT),
            Column("segment", SEGMENT),
            Column("pacing", PACING),
            Column("goal_basis", GOAL_BASIS),
        ),
    ),
    SeedTable(
        "sla_targets",
        "targets",
        (
            Column("sla_id", text("the code of an SLA")),
            Column("period_start", MONTH),
            Column("goal_basis", GOAL_BASIS),
            Column("amount", number("A target"), required=False),
            Column("effective_from", DAY, required=False),
            Column("change_policy", CHANGE_POLICY, required=False),
            Column("reason", text(), required=False),
            Column("approved_by_marketing", text(), required=False),
            Column("approved_by_sales", text(), required=False),
        ),
    ),
    SeedTable(
        "revenue_plan",
        "targets",
        (
            Column("period_start", MONTH),
            Column("segment", SEGMENT),
            Column("new_revenue", number("New revenue"), required=False),
            Column("average_deal_value", number("An average deal value", above_zero=True), required=False),
            Column("customers", number("A number of customers"), required=False),
            Column("marketing_share", share("Marketing's share"), required=False),
            Column(
                "sales_cycle_months",
                whole_number("A sales cycle", low=0, high=LONGEST_SALES_CYCLE_MONTHS),
                required=False,
            ),
        ),
    ),
    SeedTable(
        "agreed_rate_card",
        "agreements",
        (
            Column("effective_from", DAY),
            Column("event_type", text("the code of a qualifying event type")),
            Column("close_rate", share("A close rate")),
            Column(
                "average_deal_value",
                number("An average deal value", above_zero=True),
                required=False,
                added_later=True,
            ),
            Column("approved_by_marketing", text("the name of who signed for Marketing")),
            Column("approved_by_sales", text("the name of who signed for Sales")),
            Column("note", text(), required=False),
        ),
    ),
)


def find_table(name: str) -> SeedTable:
    """The seed of a name, which has to be one of ours."""
    (table,) = (one for one in TABLES if one.name == name)
    return table
