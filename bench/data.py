"""A company of any size, as files: two years of history by month, and the files of one more day.

Everything follows from hashes of row numbers, so the same size results in the same files. Contents: two and a half
events a lead within three months, a fifth of them page visits; a hundredth of the lines are replays; deals take one to
three months, two fifths are won, a tenth of those are reopened and lost or won again.
"""

import csv
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from lead_sla.settings import PROJECT_DIR, Settings, load_settings

FIRST_DAY = date(2024, 11, 1)
HISTORY_UNTIL = date(2026, 10, 30)
NEW_DAY = date(2026, 10, 31)
DAYS = (HISTORY_UNTIL - FIRST_DAY).days + 1
EVENTS_PER_LEAD = 2.5
DEAL_SHARE = 0.02  # deal events per lead event
EVENTS_PER_DEAL = 2
SLAS = (
    ("leads_all", "leads", "all", "business_days", "last_period"),
    ("leads_emea", "leads", "emea", "business_days", "trailing_3_average"),
    ("leads_apac", "leads", "apac", "calendar_days", "same_period_last_year"),
    ("points_all", "points", "all", "business_days", "trailing_3_average"),
    ("points_emea", "points", "emea", "business_days", "last_period"),
    ("value_all", "value", "all", "calendar_days", "last_period"),
    ("value_americas", "value", "americas", "calendar_days", "trailing_3_average"),
)
KEPT_SEEDS = ("reference/event_types", "reference/deal_stages", "reference/holidays", "reference/exchange_rates")
EMPTY_SEEDS = ("targets/sla_targets", "targets/revenue_plan", "agreements/agreed_rate_card")

LEAD_EVENTS = """
create temp table lead_events as
with

draw as (
    select
        least(number, number - number % 100 + 98) as number,
        hash(least(number, number - number % 100 + 98)) as luck
    from range({events}) as numbers(number)
),

place as (
    select
        number,
        luck,
        luck % {leads} as lead,
        cast(floor(pow(luck // 701 % 1000 / 1000, 3) * 90) as integer) as delay,
        -- More leads in the second year than in the first.
        cast(floor({days} * sqrt(hash(luck % {leads}, 1) % 1000003 / 1000003)) as integer) as lead_day
    from draw
)

select
    'e' || number as event_id,
    'lead' || lead as lead_id,
    case
        when luck // 7 % 100 < 20 then 'page_visit'
        when luck // 7 % 100 < 50 then 'newsletter'
        when luck // 7 % 100 < 70 then 'whitepaper'
        when luck // 7 % 100 < 82 then 'webinar'
        when luck // 7 % 100 < 91 then 'pricing_page'
        when luck // 7 % 100 < 96 then 'free_trial'
        else 'demo_request'
    end as event_type,
    timestamp '{first_day}' + to_days(case when lead_day + delay < {days} then lead_day + delay else lead_day end)
    + to_seconds(luck // 9973 % 86400) as occurred_at,
    case lead % 5 when 0 then 'apac' when 1 then 'americas' when 2 then 'americas' else 'emea' end as segment,
    '/page/' || luck // 13 % 40 as landing_page,
    case luck // 17 % 4 when 0 then 'search' when 1 then 'social' when 2 then 'mail' end as channel
from place
"""

DEAL_EVENTS = """
create temp table deal_events as
with

draw as (
    select
        number,
        hash(number, 2) as luck,
        hash(number, 2) % {leads} as lead
    from range({deals}) as numbers(number)
),

place as (
    select
        number,
        luck,
        lead,
        cast(floor({days} * sqrt(hash(lead, 1) % 1000003 / 1000003)) as integer) + luck // 11 % 30 as opened_day,
        luck // 31 % 60 as cycle
    from draw
),

tell as (
    select number, luck, lead, 1 as step, opened_day as day, 'proposal' as stage from place
    union all
    select
        number,
        luck,
        lead,
        2 as step,
        opened_day + cycle as day,
        case when luck // 37 % 5 < 2 then 'won' else 'lost' end as stage
    from place
    union all
    select
        number,
        luck,
        lead,
        3 as step,
        opened_day + cycle + 5 as day,
        case when luck // 41 % 2 = 0 then 'negotiation' else 'won' end as stage
    from place
    where luck // 43 % 10 = 0
)

select
    'd' || number || '-' || step as event_id,
    'deal' || number as deal_id,
    'lead' || lead as lead_id,
    stage,
    cast(1000 + luck // 47 % 900000 / 100 as decimal(18, 2)) as amount,
    case when luck // 53 % 4 = 0 then 'EUR' else 'USD' end as currency,
    timestamp '{first_day}' + to_days(cast(day as integer)) + to_seconds(luck // 59 % 86400) as occurred_at
from tell
where day < {days}
"""


# Each lead event as a record of its own, in the same files.
RECORD_FEEDS = """
feeds:
  - name: lead_events
    kind: lead_records
    files: lead_events/*
    record_id: event_id
    columns: {lead_id: lead_id, segment: segment, landing_page: landing_page, channel: channel}
    events:
      - event_type: event_type
        occurred_at: occurred_at
  - name: deal_events
    kind: deal_events
    files: deal_events/*
"""


@dataclass(frozen=True)
class BenchCompany:
    """Where a company is, and the files of its next day, which wait outside the landing folder."""

    settings: Settings
    lead_events: int
    waiting: Path

    def receive_new_day(self) -> None:
        """Put the next day's files into the landing folder."""
        shutil.copytree(self.waiting, self.settings.landing_dir, dirs_exist_ok=True)

    def map_as_records(self) -> None:
        """Read the lead events as records."""
        self.settings.feeds.write_text(RECORD_FEEDS, encoding="utf-8")


def write_bench_company(home: Path, lead_events: int, file_format: Literal["csv", "parquet"] = "csv") -> BenchCompany:
    """Write the landing files and the seeds of a company with so many lead events, and 2 % as many deal events."""
    settings = load_settings(home=home, seeds=home / "seeds", feeds=home / "feeds.yml")
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT_DIR / "feeds.yml", settings.feeds)
    _write_seeds(settings.seeds)
    sizes = {
        "events": lead_events,
        "leads": int(lead_events / EVENTS_PER_LEAD),
        "deals": int(lead_events * DEAL_SHARE / EVENTS_PER_DEAL),
        "days": DAYS,
        "first_day": FIRST_DAY,
    }
    waiting = home / "waiting"
    with duckdb.connect(config={"temp_directory": str(home / "generating")}) as connection:
        for kind, statement in (("lead_events", LEAD_EVENTS), ("deal_events", DEAL_EVENTS)):
            connection.execute(statement.format(**sizes))
            _write_months(connection, kind, settings.landing_dir / kind, file_format)
            _write_new_day(connection, kind, waiting / kind)
    return BenchCompany(settings, lead_events, waiting)


def split_files(folder: Path, rows_per_file: int) -> None:
    """Replace the CSV files in a folder by files of so many rows each."""
    texts = [path.read_text(encoding="utf-8").splitlines() for path in sorted(folder.iterdir())]
    header, rows = texts[0][0], [row for lines in texts for row in lines[1:]]
    shutil.rmtree(folder)
    folder.mkdir()
    for number, start in enumerate(range(0, len(rows), rows_per_file)):
        text = "\n".join([header, *rows[start : start + rows_per_file]])
        (folder / f"{number:05}.csv").write_text(f"{text}\n", encoding="utf-8")


def _write_months(connection: duckdb.DuckDBPyConnection, kind: str, folder: Path, file_format: str) -> None:
    folder.mkdir(parents=True)
    for year, month in connection.execute(
        f"select distinct year(occurred_at), month(occurred_at) from {kind} order by all"
    ).fetchall():
        connection.execute(
            f"copy (from {kind} where year(occurred_at) = {year} and month(occurred_at) = {month}) "
            f"to '{folder / f'{year}-{month:02}.{file_format}'}' (format {file_format})"
        )


def _write_new_day(connection: duckdb.DuckDBPyConnection, kind: str, folder: Path) -> None:
    """A day's events: as many as an average day had, of leads and deals that are known and of new ones, some late."""
    folder.mkdir(parents=True)
    shift = f"case when hash(event_id, 3) % 20 = 0 then {DAYS} - 100 else {DAYS} end"
    renewed = "case when hash(event_id, 4) % 2 = 0 then lead_id else lead_id || 'n' end"
    connection.execute(
        f"""
        copy (
            select * replace (
                'n' || event_id as event_id,
                {renewed if kind == "lead_events" else "lead_id"} as lead_id,
                date '{FIRST_DAY}' + {shift} + cast(occurred_at as time) as occurred_at
            )
            from {kind}
            where hash(event_id, 5) % {DAYS} = 0
        ) to '{folder / f"{NEW_DAY}.csv"}' (header)
        """
    )


def _write_seeds(folder: Path) -> None:
    for name in (*KEPT_SEEDS, *EMPTY_SEEDS):
        shipped, example = (PROJECT_DIR / "seeds" / f"{name}{ending}" for ending in (".csv", ".example.csv"))
        copy = folder / f"{name}.csv"
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = (example if example.exists() else shipped).read_text(encoding="utf-8")
        copy.write_text(text if name in KEPT_SEEDS else text.splitlines(keepends=True)[0], encoding="utf-8")
    with (folder / "targets" / "sla_definitions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sla_id", "label", "unit", "segment", "pacing", "goal_basis"))
        writer.writerows((sla_id, sla_id, *rest) for sla_id, *rest in SLAS)
