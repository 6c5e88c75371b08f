"""Eight small seeds that are right, for tests to break, and the messages about them."""

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from lead_sla.inputs.seeds import SeedError, check_seeds
from lead_sla.settings import PROJECT_DIR

TARGETS = "targets/sla_targets.csv"
DEFINITIONS = "targets/sla_definitions.csv"
PLAN = "targets/revenue_plan.csv"
TYPES = "reference/event_types.csv"
STAGES = "reference/deal_stages.csv"
HOLIDAYS = "reference/holidays.csv"
RATES = "reference/exchange_rates.csv"
CARD = "agreements/agreed_rate_card.csv"

SEEDS = {
    TYPES: (
        "event_type,label,funnel_stage,funnel_rank,is_qualifying\n"
        "page_visit,Page visit,awareness,0,false\n"
        "whitepaper,Whitepaper,interest,10,true\n"
        "demo_request,Demo request,decision,20,true\n"
    ),
    STAGES: "stage,label,outcome,stage_rank\nproposal,Proposal,open,10\nwon,Won,won,20\nlost,Lost,lost,30\n",
    HOLIDAYS: "segment,holiday_date,label\nall,2026-01-01,New Year\nemea,2026-04-03,Good Friday\n",
    RATES: "currency,effective_from,rate\nEUR,2026-01-01,1.15\nEUR,2026-07-01,1.20\n",
    DEFINITIONS: (
        "sla_id,label,unit,segment,pacing,goal_basis\n"
        "leads_all,Leads,leads,all,business_days,last_period\n"
        "points_emea,Points,points,emea,calendar_days,plan\n"
    ),
    TARGETS: (
        "sla_id,period_start,goal_basis,amount,effective_from,change_policy,reason,approved_by_marketing,"
        "approved_by_sales\n"
        "leads_all,2026-02-01,custom,400,,,,,\n"
        "leads_all,2026-02-01,custom,500,2026-02-16,catch_up,Trade fair,Ada,Sam\n"
        "points_emea,2026-02-01,plan,,,,,,\n"
    ),
    PLAN: (
        "period_start,segment,new_revenue,average_deal_value,customers,marketing_share,sales_cycle_months\n"
        "2026-05-01,all,,,20,,2\n"
        "2026-05-01,emea,400000,20000,,0.60,\n"
    ),
    CARD: (
        "effective_from,event_type,close_rate,average_deal_value,approved_by_marketing,approved_by_sales,note\n"
        '2026-01-01,demo_request,0.10,,Ada,Sam,"Agreed, in writing"\n'
    ),
}


def write_seeds(folder: Path) -> Path:
    """Write all eight files."""
    for file, content in SEEDS.items():
        write_seed(folder / file, content)
    return folder


def complaints_about(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Write all eight, one of them with `new` where `old` first stood, and check them."""
    assert old in SEEDS[file]
    write_seeds(folder)
    write_seed(folder / file, SEEDS[file].replace(old, new, 1))
    return complaints(folder)


def write_seed(path: Path, content: str) -> None:
    """Write a file byte for byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())


def complaints(seeds_dir: Path, reporting_currency: str = "USD") -> list[str]:
    """The lines of the message that an analyst gets, with paths relative to the folder of the seeds' folder."""
    with pytest.raises(SeedError) as caught:
        check_seeds(seeds_dir, reporting_currency)
    return str(caught.value).replace(f"{seeds_dir.parent}/", "").split("\n")


def run_dbt(home: Path, *arguments: str) -> str:
    """Run dbt as a process of its own on `home`/seeds and `home`/warehouse.duckdb, and return its output."""
    environment = {
        **os.environ,
        "DBT_SEEDS_DIR": str(home / "seeds"),
        "DBT_DUCKDB_PATH": str(home / "warehouse.duckdb"),
        "DBT_DUCKDB_TEMP_DIRECTORY": str(home / "tmp"),
    }
    places: list[str | Path] = ["--profiles-dir", PROJECT_DIR, "--project-dir", PROJECT_DIR]
    places += ["--target-path", home / "target", "--log-path", home / "logs"]
    dbt = Path(sysconfig.get_path("scripts")) / "dbt"
    run = subprocess.run([dbt, *arguments, *places], env=environment, capture_output=True, text=True, check=False)
    return run.stdout
