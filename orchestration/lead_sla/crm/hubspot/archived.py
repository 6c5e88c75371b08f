"""Records that were archived, which moves no date of modification."""

from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.reading import read_ids
from lead_sla.formatting import show_count


def read_archived(pull: ObjectPull) -> None:
    """Compare the list of archived records with what has landed."""
    archived = {str(record["id"]) for record in read_ids(pull.hubspot, pull.crm_object, archived=True)}
    gone = {one for one in archived if pull.is_present(one)}
    if gone:
        pull.write_gone("archived", gone)
        pull.report(f"{pull.crm_object.name}: {show_count(len(gone), 'record')} archived since the last pull.")
