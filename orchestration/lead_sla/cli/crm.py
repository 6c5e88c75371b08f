"""`lead-sla crm`: what a CRM has that a person decides on."""

from collections.abc import Sequence

import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.cli.pulling import Name, choose_sources
from lead_sla.crm.proposals import (
    RATES,
    STAGES,
    Proposed,
    propose_rates,
    propose_stages,
    to_csv,
    write_proposal,
)
from lead_sla.formatting import show_path
from lead_sla.settings import Settings

app = typer.Typer(no_args_is_help=True, help="What a CRM has that a person decides on.")


@app.callback()
def crm() -> None:
    """What a CRM has that a person decides on."""


@app.command()
def stages(name: Name = None) -> None:
    """Propose rows for deal_stages.csv, and for exchange_rates.csv from Salesforce. The seeds are never changed."""
    with reported_errors():
        settings = company_settings()
        sources = choose_sources(settings, name)
        proposed = [stage for source in sources for stage in propose_stages(settings, source)]
        rates = [rate for source in sources for rate in propose_rates(settings, source)]
        if proposed:
            _show(settings, STAGES, proposed)
        else:
            print_line(f"{_seed(settings, STAGES)} has all stages of the CRM.")
        for stage in proposed:
            if stage.note:
                print_line(f"Check {stage.stage}: {stage.note}; its outcome is a guess from its name.")
        if rates:
            _show(settings, RATES, rates)


def _show(settings: Settings, seed: str, rows: Sequence[Proposed]) -> None:
    print_line(to_csv(settings, seed, rows).rstrip("\n"))
    written = show_path(write_proposal(settings, seed, rows))
    print_line(f"Written to {written}. Check them and paste them into {_seed(settings, seed)}.")


def _seed(settings: Settings, name: str) -> str:
    return show_path(settings.seeds / "reference" / f"{name}.csv")
