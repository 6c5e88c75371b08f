"""`lead-sla crm`: what a CRM has that a person decides on."""

import typer

from lead_sla.cli.console import company_settings, print_line, reported_errors
from lead_sla.cli.pulling import Name, choose_sources
from lead_sla.crm.stage_proposals import propose_stages, to_csv, write_proposal
from lead_sla.formatting import show_path

app = typer.Typer(no_args_is_help=True, help="What a CRM has that a person decides on.")


@app.callback()
def crm() -> None:
    """What a CRM has that a person decides on."""


@app.command()
def stages(name: Name = None) -> None:
    """Propose rows for deal_stages.csv from the pipelines of the CRM. The seed itself is never changed."""
    with reported_errors():
        settings = company_settings()
        proposed = [stage for source in choose_sources(settings, name) for stage in propose_stages(settings, source)]
        seed = show_path(settings.seeds / "reference" / "deal_stages.csv")
        if not proposed:
            print_line(f"{seed} has all stages of the CRM.")
            return
        print_line(to_csv(proposed).rstrip("\n"))
        for stage in proposed:
            if stage.note:
                print_line(f"Check {stage.stage}: {stage.note}, its outcome is a guess from its name.")
        print_line(
            f"Written to {show_path(write_proposal(settings, proposed))}. Check them and paste them into {seed}."
        )
