"""Contacts that were associated with a deal later, or no longer are; neither moves its date of modification."""

from datetime import timedelta

from lead_sla.crm.hubspot.deals import choose_contact
from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.reading import ASSOCIATION_BATCH, read_associations
from lead_sla.crm.moments import show_moment
from lead_sla.formatting import show_count

RECENT = timedelta(days=30)


def compare_associations(pull: ObjectPull, *, all_deals: bool) -> None:
    """Read the contacts of deals again, and then those deals whose contact is another.

    Args:
        pull: the pull of deals.
        all_deals: of all of them, not only of those that were changed in the last 30 days.
    """
    since = "" if all_deals else show_moment(pull.begun_at - RECENT)
    known = pull.statements.known
    deals = [one for one, statement in known.items() if statement.version >= since and pull.is_present(one)]
    changed: list[str] = []
    for start in range(0, len(deals), ASSOCIATION_BATCH):
        some = deals[start : start + ASSOCIATION_BATCH]
        contacts = read_associations(pull.hubspot, some)
        changed += [one for one in some if choose_contact(contacts.get(one, set())) != known[one].link]
    if changed:
        pull.write_read("associations", {}, changed)
        pull.report(f"deals: {show_count(len(changed), 'deal')} with another contact.")
