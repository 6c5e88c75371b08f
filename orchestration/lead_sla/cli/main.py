"""`lead-sla`: the command line. Thin: it reads settings, calls one function and shows what that returns."""

import contextlib
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from lead_sla.cli import agreements
from lead_sla.cli.console import FAILED, WRONG_INPUT, err, errors_told, out, say
from lead_sla.cli.doctor import gather
from lead_sla.cli.doctor import to_table as to_findings_table
from lead_sla.cli.status import to_json, to_table
from lead_sla.errors import CheckFailedError, InputError
from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.land import land_feeds
from lead_sla.landing.summary import describe, describe_feeds_without_files, require_all_landed
from lead_sla.mart.status import read_status
from lead_sla.pipeline.run import Outcome, last_run, run_refresh
from lead_sla.publishing import rollback
from lead_sla.settings import PREFIX, PROJECT_DIR, Settings, load_settings, make_folder
from lead_sla.telemetry import switch_off
from lead_sla.warehouse import connect, hold_lock

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"lead-sla {version('lead-sla')}")
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """The agreement between Marketing and Sales, measured every day."""
    switch_off()


@app.command()
def refresh(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day that counts; by default yesterday.")
    ] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Build every model from scratch.")] = False,
) -> None:
    """Land new files, rebuild and check every model, and publish the mart if every check passed."""
    with errors_told():
        _refresh(load_settings(), as_of.date().isoformat() if as_of else None, full_refresh=full_refresh)


@app.command()
def demo() -> None:
    """Make up a company, refresh, and show where its agreements stand."""
    from lead_sla.sample.company import write_company  # noqa: PLC0415 - only this command needs it

    with errors_told():
        own = load_settings()
        home = own.home / "demo"
        # The company is what it is, whatever the user's own company counts in.
        settings = load_settings(
            home=home,
            seeds=home / "seeds",
            feeds=PROJECT_DIR / "feeds.yml",
            business_timezone="UTC",
            reporting_currency="USD",
        )
        yesterday = datetime.now(ZoneInfo(settings.business_timezone)).date() - timedelta(days=1)
        make_folder(home, "home")
        with out.status("Writing two years of a made-up company"):
            write_company(home, until=yesterday)
        _refresh(settings, None, full_refresh=False)
        out.print()
        out.print(to_table(read_status(settings), datetime.now(UTC)))
        out.print("\nTo look around in this company, for instance with `lead-sla status`:")
        for name, value in settings:
            if value != getattr(own, name):
                out.print(f"  export {PREFIX}{name.upper()}={value}", markup=False, soft_wrap=True)
        out.print(f"The mart: {settings.mart_path}", markup=False, soft_wrap=True)
        out.print(f"The page: {settings.page_path}", markup=False, soft_wrap=True)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs: JSON.")] = False) -> None:
    """Show where each agreement stands in its current month."""
    with errors_told():
        report = read_status(load_settings())
        if as_json:
            typer.echo(to_json(report))
        else:
            out.print(to_table(report, datetime.now(UTC)))


@app.command()
def land() -> None:
    """Land new files and stop there."""
    with errors_told():
        settings = load_settings()
        feeds = load_feeds(settings.feeds)
        landed_at = datetime.now(UTC).replace(tzinfo=None)
        with hold_lock(settings, "lead-sla land", log=say), contextlib.closing(connect(settings)) as connection:
            report = land_feeds(connection, feeds, settings.landing_dir, landed_at, say)
        for line in (*describe_feeds_without_files(report), describe(report)):
            say(line)
        require_all_landed(report)


@app.command()
def publish(
    back: Annotated[bool, typer.Option("--rollback", help="Show readers the version before the current one again.")],
) -> None:
    """Go back to the version published before. A new version is published by `lead-sla refresh` alone."""
    with errors_told():
        if not back:
            raise InputError("A new version is published by `lead-sla refresh`; this command only goes --rollback.")
        settings = load_settings()
        with hold_lock(settings, "lead-sla publish --rollback", log=say):
            rollback(settings, log=say)


@app.command()
def mail(
    preview: Annotated[bool, typer.Option("--preview", help="Write the mail into a file instead of sending it.")],
    audience: Annotated[str, typer.Option("--list", help="sales, marketing or executives.")] = "executives",
) -> None:
    """Show the mail about the current publication. Mails are sent by `lead-sla refresh` alone, once each."""
    from lead_sla.reporting.mail import preview_mail  # noqa: PLC0415 - takes a second

    with errors_told():
        if not preview:
            raise InputError("Mails are sent by `lead-sla refresh`, once each; this command only goes --preview.")
        settings = load_settings()
        path = preview_mail(settings, audience, settings.home / f"mail-{audience}.eml")
        say(f"Written to {path}; any mail program opens it.")


@app.command()
def docs() -> None:
    """Build the documentation of every model, column, test and metric into one page."""
    from lead_sla.transform.documentation import build_docs  # noqa: PLC0415 - takes a second

    with errors_told():
        say(f"Written to {build_docs(load_settings())}.")


@app.command()
def doctor() -> None:
    """Look at everything that a refresh needs, and say what is wrong. Changes nothing."""
    with errors_told():
        settings = load_settings()
        findings = gather(settings, last_run(settings))
        out.print(to_findings_table(findings))
        if any(finding.verdict == "problem" for finding in findings):
            raise typer.Exit(FAILED)


for command in (agreements.plan, agreements.propose, agreements.agree):
    app.command()(command)


def _refresh(settings: Settings, as_of_date: str | None, *, full_refresh: bool) -> None:
    started = datetime.now(UTC)
    say(f"Refreshing {settings.home}")
    outcome = run_refresh(settings, as_of_date=as_of_date, full_refresh=full_refresh)
    seconds = (datetime.now(UTC) - started).total_seconds()
    _show_checks(outcome)
    if outcome.succeeded:
        say(f"Published in {seconds:.0f} s. Log: {outcome.log_path}")
        return
    explained = any(check.is_error for check in outcome.failed_checks)
    if outcome.error and not (explained and outcome.error[0] is CheckFailedError):
        err.print(outcome.error[1], markup=False)
    elif outcome.crash and not explained:
        err.print(f"The refresh broke off: {outcome.crash}", markup=False)
    err.print(f"Nothing was published; readers see what they saw before. Log: {outcome.log_path}", markup=False)
    raise typer.Exit(WRONG_INPUT if outcome.error and issubclass(outcome.error[0], InputError) else FAILED)


def _show_checks(outcome: Outcome) -> None:
    for check in outcome.failed_checks:
        word, style, console = ("Failed", "red", err) if check.is_error else ("Warning", "yellow", out)
        console.print(f"{word}: {check.name} on {check.asset}", style=style, markup=False)
        console.print(f"  {check.found}\n  Remedy: {check.remedy}", markup=False)
