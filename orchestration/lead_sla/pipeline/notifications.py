"""Telling people about a publication, as a Dagster asset: it never fails a refresh, and is never silent."""

from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg

from lead_sla.pipeline.audit import check_metadata
from lead_sla.publishing import current_version
from lead_sla.reporting.alerts import announce_publication
from lead_sla.reporting.mail import send_mails
from lead_sla.sample.placing import is_sample
from lead_sla.settings import Settings

NOTIFICATIONS = dg.AssetKey(["notifications"])
NOTIFICATIONS_DELIVERED = "notifications_delivered"
REMEDY = (
    "The mart is published all the same. Mend what is named, then materialize `notifications` alone: "
    "only those who were not told yet are told."
)


def build_notifications(settings: Settings, published: dg.AssetKey) -> dg.AssetsDefinition:
    """Mail and alerts about the current publication, each sent once however often this runs."""

    @dg.asset(
        key=NOTIFICATIONS,
        deps=[published],
        group_name="reporting",
        check_specs=[
            dg.AssetCheckSpec(
                NOTIFICATIONS_DELIVERED,
                asset=NOTIFICATIONS,
                description="Every mail and alert about the publication got through.",
            )
        ],
        description="The mail to Sales, Marketing and executives, and the alerts, about what was published.",
    )
    def notifications(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        problems = tell_everybody(settings, context.log.exception)
        for problem in problems:
            context.log.error(problem)
        found = "\n".join(problems) or "Everybody was told."
        return dg.MaterializeResult(
            metadata={"problems": len(problems)},
            check_results=[
                dg.AssetCheckResult(
                    passed=not problems,
                    check_name=NOTIFICATIONS_DELIVERED,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata=check_metadata(found=found, remedy=REMEDY),
                )
            ],
        )

    return notifications


def tell_everybody(settings: Settings, log_crash: Callable[[str], None]) -> list[str]:
    """Send the mails and alerts of the current publication; what went wrong, a sentence each.

    Nobody is told about the made-up sample company.
    """
    publication = current_version(settings)
    if publication is None or is_sample(settings.home):
        return []
    problems = []
    for what, tell in (("The mail", send_mails), ("The alerts", announce_publication)):
        try:
            problems += tell(settings, publication, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - the mart is published, and no mail's trouble takes that back
            log_crash(f"{what} broke off")
            problems.append(f"{what} broke off: {type(error).__name__}: {error}")
    return problems
