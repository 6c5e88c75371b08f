"""The floor: one DuckDB script that computes `fct_sla_daily_cumulative` straight from the files, and nothing else.

What grows with the number of events is written here by hand, for this data alone: no landing, no history, no rows
that cannot be typed, no quarantine, no check, nothing on the disk. What sums it up is the project's own SQL, as dbt
compiled it for the refresh that is measured beside it; it reads small tables and is the same work for both.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import limits

GOAL = "model.lead_sla.fct_sla_daily_cumulative"
BY_HAND = {
    "stg_raw__lead_rows",
    "stg_raw__lead_exceptions",
    "stg_raw__lead_events",
    "stg_raw__deal_rows",
    "stg_raw__deal_dispositions",
    "stg_raw__deal_events",
    "int_lead_touches",
    "int_deal_versions",
}

EVENTS = """
create table lead_events as
select event_id, any_value(lead_id) as lead_id, any_value(event_type) as event_type,
    any_value(occurred_at) as occurred_at, any_value(segment) as segment
from read_csv('{landing}/lead_events/*.csv', types = {{'occurred_at': 'timestamp'}})
group by event_id;

create table deal_events as
select distinct on (event_id) event_id, deal_id, lead_id, stage, amount, currency, occurred_at
from read_csv(
    '{landing}/deal_events/*.csv', types = {{'occurred_at': 'timestamp', 'amount': 'decimal(18, 2)'}}
);
"""

TOUCHES = """
create table warehouse.intermediate.int_lead_touches as
with

look_back as (
    select
        lead_id, event_type, event_id, occurred_at, segment, funnel_rank,
        max(funnel_rank) over (walk rows between unbounded preceding and 1 preceding) as rank_before,
        first_value(segment) over walk as lead_segment,
        first_value(occurred_at) over walk as lead_at
    from lead_events
    inner join warehouse.seeds.event_types using (event_type)
    where is_qualifying
    window walk as (partition by lead_id order by occurred_at, funnel_rank desc)
)

select
    lead_id, cast(null as date) as known_from, cast(null as date) as known_to,
    event_type, 'lead_events' as feed, lead_segment as segment, cast(lead_at as date) as lead_date,
    cast(null as varchar) as channel, cast(null as varchar) as landing_page,
    occurred_at as touched_at, cast(occurred_at as date) as touched_date, true as is_step,
    row_number() over steps as step_number,
    lag(event_type) over steps as from_type,
    lead(cast(occurred_at as date)) over steps as next_step_date
from look_back
where rank_before is null or funnel_rank > rank_before
window steps as (partition by lead_id order by funnel_rank);
"""

DEALS = """
create table warehouse.intermediate.int_deal_versions as
with

number_events as (
    select
        deal_id, lead_id, outcome, amount, currency, cast(occurred_at as date) as day, occurred_at,
        row_number() over walk as number,
        count(*) filter (outcome <> 'won') over walk as run,
        lead(cast(occurred_at as date)) over walk as next_day
    from deal_events
    inner join warehouse.seeds.deal_stages using (stage)
    window walk as (partition by deal_id order by occurred_at, stage_rank, event_id)
),

find_runs as (
    select
        *,
        min(case when outcome = 'won' then occurred_at end) over (partition by deal_id, run) as won_since
    from number_events
)

select
    deal_id, day as valid_from, next_day as valid_to, 'deal_events' as feed, outcome, lead_id,
    case when outcome = 'won' then won_since end as won_at,
    case when outcome = 'won' then cast(won_since as date) end as won_date,
    case when outcome = 'won' then cast(amount as double) * if(find_runs.currency = 'USD', 1, rate) end as deal_value
from find_runs
asof left join warehouse.seeds.exchange_rates as rates
    on find_runs.currency = rates.currency and cast(won_since as date) >= rates.effective_from
where next_day is null or next_day > day;
"""

DIFFERS = """
select count(*) from read_parquet(?) as floor full join fct_sla_daily_cumulative as mart using (sla_id, date)
where abs(floor.actual - mart.actual) > 1e-6 * greatest(1, abs(mart.actual))
    or abs(floor.target - mart.target) > 1e-6 * greatest(1, abs(mart.target))
    or (floor.actual is null) <> (mart.actual is null)
"""


def run_floor(settings: Settings, artifacts: Path, result: Path) -> None:
    """Compute the table and write it to `result` as Parquet.

    Args:
        settings: of the company whose files are read.
        artifacts: the folder in which a refresh of the same day left dbt's artifacts.
        result: the file to write.
    """
    with duckdb.connect(config=limits(settings)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("attach ':memory:' as warehouse")
        for schema in ("seeds", "staging", "intermediate", "marts"):
            connection.execute(f"create schema warehouse.{schema}")
        nodes = json.loads((settings.home / "dbt" / "manifest" / "manifest.json").read_text())["nodes"]
        for seed in settings.seeds.rglob("*.csv"):
            types = nodes[f"seed.lead_sla.{seed.stem}"]["config"]["column_types"]
            columns = ", ".join(f"{name} {sql_type}" for name, sql_type in types.items())
            connection.execute(f"create table warehouse.seeds.{seed.stem} ({columns})")
            # Optional columns can be missing in a file.
            connection.execute(
                f"insert into warehouse.seeds.{seed.stem} by name from read_csv('{seed}', all_varchar = true)"
            )
        for statement in (EVENTS.format(landing=settings.landing_dir), TOUCHES, DEALS):
            connection.execute(statement)
        for kind, relation, sql in _summing_models(nodes, artifacts):
            connection.execute(f"create {kind} {relation} as {sql}")
        connection.execute(f"copy warehouse.marts.fct_sla_daily_cumulative to '{result}' (format parquet)")


def count_differences(settings: Settings, result: Path) -> int:
    """In how many rows what `run_floor` wrote differs from the published mart."""
    with duckdb.connect(str(settings.mart_path), read_only=True) as mart:
        ((differing,),) = mart.execute(DIFFERS, [str(result)]).fetchall()
    return int(differing)


def _summing_models(nodes: Mapping[str, Any], artifacts: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, name and SQL of every model that the goal needs and that is not written here, in order."""
    done: set[str] = set()

    def walk(unique_id: str) -> Iterator[tuple[str, str, str]]:
        node = nodes.get(unique_id)
        if unique_id in done or node is None or node["resource_type"] != "model" or node["name"] in BY_HAND:
            return
        done.add(unique_id)
        for parent in node["depends_on"]["nodes"]:
            yield from walk(parent)
        sql = (artifacts / "compiled" / "lead_sla" / node["original_file_path"]).read_text()
        yield "view" if node["config"]["materialized"] == "view" else "table", node["relation_name"], sql

    yield from walk(GOAL)


if __name__ == "__main__":
    home, artifacts, result = (Path(argument) for argument in sys.argv[1:])
    run_floor(load_settings(home=home, seeds=home / "seeds"), artifacts, result)
