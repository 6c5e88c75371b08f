"""Emails and alerts about a publication, as a Dagster asset that does not fail the refresh."""

from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg

from lead_sla.pipeline.audit import check_metadata
from lead_sla.pipeline.names import NOTIFICATIONS, NOTIFICATIONS_DELIVERED
from lead_sla.publishing import current_version
from lead_sla.reporting.alerts import announce_publication
from lead_sla.reporting.mail import send_mails
from lead_sla.sample.placing import is_sample
from lead_sla.settings import Settings

REMEDY = (
    "The mart is published nevertheless. Fix the cause, then materialize `notifications` alone: "
    "only recipients that have not received an email or alert get one."
)


def build_notifications(settings: Settings, published: dg.AssetKey) -> dg.AssetsDefinition:
    """Emails and alerts about the current publication, each sent once however often this runs."""

    @dg.asset(
        key=NOTIFICATIONS,
        deps=[published],
        group_name="reporting",
        check_specs=[
            dg.AssetCheckSpec(
                NOTIFICATIONS_DELIVERED.name,
                asset=NOTIFICATIONS,
                description="Every email and alert about the publication was delivered.",
            )
        ],
        description="The email to Sales, Marketing and executives, and the alerts, about the publication.",
    )
    def notifications(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        problems = send_notifications(settings, context.log.exception)
        for problem in problems:
            context.log.error(problem)
        found = "\n".join(problems) or "All emails and alerts were delivered."
        return dg.MaterializeResult(
            metadata={"problems": len(problems)},
            check_results=[
                dg.AssetCheckResult(
                    passed=not problems,
                    check_name=NOTIFICATIONS_DELIVERED.name,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata=check_metadata(found=found, remedy=REMEDY),
                )
            ],
        )

    return notifications


def send_notifications(settings: Settings, log_crash: Callable[[str], None]) -> list[str]:
    """Send the emails and alerts of the current publication; returns the problems, a sentence each.

    Nothing is sent for the sample company.
    """
    publication = current_version(settings)
    if publication is None or is_sample(settings.home):
        return []
    problems = []
    for what, send in (("The email", send_mails), ("The alerts", announce_publication)):
        try:
            problems += send(settings, publication, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - the mart is published even if this fails
            log_crash(f"{what} failed")
            problems.append(f"{what} failed: {type(error).__name__}: {error}")
    return problems
