"""Contacts that were associated with a deal later, or no longer are; neither moves its date of modification."""

from datetime import timedelta

from lead_sla.crm.hubspot.deals import choose_contact
from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.reading import read_associations
from lead_sla.crm.moments import show_moment
from lead_sla.formatting import show_count

RECENT = timedelta(days=30)


def read_recent_associations(pull: ObjectPull) -> None:
    """Read the contacts of the deals that were changed lately again, and those deals whose contact is another."""
    since = show_moment(pull.begun_at - RECENT)
    known = pull.statements.known
    recent = [one for one, statement in known.items() if statement.version >= since and pull.is_present(one)]
    contacts = read_associations(pull.hubspot, recent)
    changed = [one for one in recent if choose_contact(contacts.get(one, set())) != known[one].link]
    if changed:
        pull.write_read("associations", {}, changed)
        pull.report(f"deals: {show_count(len(changed), 'deal')} with another contact.")
