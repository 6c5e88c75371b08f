"""The commands that run the whole job: a refresh, and the sample company."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from lead_sla.cli.console import FAILED, WRONG_INPUT, company_settings, err, out, print_line, reported_errors
from lead_sla.cli.options import read_day
from lead_sla.cli.status import to_table
from lead_sla.errors import CheckFailedError, InputError
from lead_sla.garbage import loading
from lead_sla.inputs.crm_sources import load_sources
from lead_sla.inputs.feeds import load_feeds, require_record_feeds
from lead_sla.mart.status import read_status
from lead_sla.pipeline.as_of_date import resolve_as_of_date
from lead_sla.pipeline.refresh_record import FailedCheck, RefreshRecord
from lead_sla.pipeline.run import RefreshOptions, full_disk_named, run_refresh
from lead_sla.pipeline.unchanged import find_unchanged
from lead_sla.settings import PREFIX, Settings, load_settings, make_folder


def refresh(
    as_of: Annotated[
        date | None,
        typer.Option(parser=read_day, metavar="YYYY-MM-DD", help="The last day that counts; by default yesterday."),
    ] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Build every model from scratch.")] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Go ahead although a changed setting changes closed months.")
    ] = False,
    accept_withdrawals: Annotated[
        list[str] | None,
        typer.Option(metavar="FEED", help="Go ahead although many records of this feed are gone; can be repeated."),
    ] = None,
    without_pull: Annotated[
        bool, typer.Option("--without-pull", help="Go on with what was pulled before, and ask no CRM.")
    ] = False,
) -> None:
    """Pull and land what is new, rebuild and check every model, and publish the mart if every check passed."""
    with reported_errors():
        day = as_of.isoformat() if as_of else None
        settings = company_settings()
        resolve_as_of_date(day, settings.business_timezone, datetime.now(UTC))  # before anything is started
        accepted = tuple(accept_withdrawals or ())
        require_record_feeds(load_feeds(settings.feeds), accepted)
        _refresh(settings, RefreshOptions(day, full_refresh, confirm, accepted, without_pull))


def demo() -> None:
    """Generate the sample company, refresh it, and print the status of its SLAs."""
    from lead_sla.sample.company import write_company  # noqa: PLC0415 - only this command needs it

    with reported_errors():
        own = load_settings()
        home = own.home / "demo"
        # The sample company does not depend on the files and settings of the user's company.
        its_own = {
            "home": home,
            "seeds": home / "seeds",
            "feeds": home / "feeds.yml",
            "business_timezone": "UTC",
            "reporting_currency": "USD",
        }
        settings = load_settings(**its_own, company=None, page_url=None)
        yesterday = datetime.now(ZoneInfo(settings.business_timezone)).date() - timedelta(days=1)
        make_folder(home, "home")
        with out.status("Writing two years of a made-up company"):
            write_company(home, until=yesterday)
        _refresh(settings, RefreshOptions())
        out.print()
        out.print(to_table(read_status(settings), datetime.now(UTC)))
        out.print("\nTo look around in this company, for instance with `lead-sla status`:")
        out.print(f"  cd {home}", markup=False, soft_wrap=True)
        out.print("or, from any folder:")
        for name, value in its_own.items():
            if value != getattr(own, name):
                out.print(f"  export {PREFIX}{name.upper()}={value}", markup=False, soft_wrap=True)
        out.print(f"The mart: {settings.mart_path}", markup=False, soft_wrap=True)
        out.print(f"The page: {settings.page_path}", markup=False, soft_wrap=True)


def _refresh(settings: Settings, options: RefreshOptions) -> None:
    started = datetime.now(UTC)
    print_line(f"Refreshing {settings.home}")
    record, options = _find_unchanged(settings, options, started)
    if record:
        _record_nothing_new(settings, record, started)
        return
    outcome = run_refresh(settings, options)
    seconds = (datetime.now(UTC) - started).total_seconds()
    _show_checks(outcome.failed_checks)
    if outcome.succeeded:
        print_line(f"Published in {seconds:.0f} s. Log: {outcome.log_path}")
        return
    explained = any(check.is_error for check in outcome.failed_checks)
    if outcome.error and not (explained and outcome.error[0] is CheckFailedError):
        err.print(outcome.error[1], markup=False)
    elif outcome.crash and not explained:
        err.print(f"The refresh failed: {outcome.crash}", markup=False)
    err.print(f"Nothing was published; the published mart is unchanged. Log: {outcome.log_path}", markup=False)
    raise typer.Exit(WRONG_INPUT if outcome.error and issubclass(outcome.error[0], InputError) else FAILED)


def _find_unchanged(
    settings: Settings, options: RefreshOptions, started: datetime
) -> tuple[RefreshRecord | None, RefreshOptions]:
    """The last refresh if another one would change nothing, and the options of the one that is to be run otherwise.

    A CRM is asked only once all else is the same. If it has something new, the refresh need not ask it again.
    """
    with full_disk_named(settings):
        record = find_unchanged(settings, options, started, print_line)
        if record is None or options.without_pull or not load_sources(settings.feeds):
            return record, options
        from lead_sla.pipeline.pulling import try_pull  # noqa: PLC0415 - only companies with a CRM need it

        if not try_pull(settings, print_line):
            return None, options
        return find_unchanged(settings, options, started, print_line), replace(options, without_pull=True)


def _record_nothing_new(settings: Settings, record: RefreshRecord, started: datetime) -> None:
    """Record and print that the last refresh is current."""
    with full_disk_named(settings), loading():
        from lead_sla.pipeline.nothing_new import record_nothing_new  # noqa: PLC0415 - loads Dagster

        record_nothing_new(settings, record)
    _show_checks(record.warnings)
    seconds = (datetime.now(UTC) - started).total_seconds()
    print_line(
        f"Nothing new since the refresh of {record.began_at:%Y-%m-%d %H:%M} UTC: version {record.run_id} as of "
        f"{record.as_of_date} is current. Checked in {seconds:.1f} s."
    )


def _show_checks(failed: Iterable[FailedCheck]) -> None:
    for check in failed:
        word, style, console = ("Failed", "red", err) if check.is_error else ("Warning", "yellow", out)
        console.print(f"{word}: {check.name} on {check.asset}", style=style, markup=False)
        console.print(f"  {check.found}\n  Remedy: {check.remedy}", markup=False)
