"""A sweep of all ids, once a week: what a search does not find, and what is gone for good."""

from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.reading import read_batch, read_ids
from lead_sla.crm.hubspot.values import version_of
from lead_sla.formatting import show_count


def sweep(pull: ObjectPull) -> None:
    """Compare the ids of all records with what has landed; read those that differ, and write those that are gone."""
    name, known = pull.crm_object.name, pull.statements.known
    pull.report(f"{name}: comparing all ids with what has landed, which happens once a week.")
    listed: set[str] = set()
    differing: list[str] = []
    for record in read_ids(pull.hubspot, pull.crm_object, archived=False):
        record_id = str(record["id"])
        statement = known.get(record_id)
        listed.add(record_id)
        if statement is None or statement.is_archived or statement.version < version_of(record, pull.crm_object):
            differing.append(record_id)
    missing = [one for one in known if one not in listed and pull.is_present(one)]
    if differing:
        pull.write_read("sweep", {}, differing, is_complete=False)
    # The missing ones are asked for by their ids: one that was merged comes as the record that has taken it in.
    records = read_batch(pull.hubspot, pull.crm_object, missing)
    if records:
        pull.write("sweep", {}, records, is_complete=False)
    found = {str(record["id"]) for record in records}
    gone = [one for one in missing if one not in found and pull.is_present(one)]
    pull.write_gone("sweep", gone, is_complete=False)
    pull.statements.write("sweep", {}, [])
    pull.report(f"{name}: {show_count(len(differing), 'record')} read again, {len(gone):,} gone.")
