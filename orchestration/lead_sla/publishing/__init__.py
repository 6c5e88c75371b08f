"""Publishing: the finished marts become a version, are verified, and then `current` is pointed to it.

What belongs here: everything under `<home>/published/`, and recording it in the ledgers. What does not: the checks that
decide whether to publish (`orchestration/lead_sla/quality`, dbt's tests), and the warehouse lock, which the caller
holds.
"""

from lead_sla.publishing.manifest import Publication
from lead_sla.publishing.versions import (
    current_version,
    list_versions,
    prepare_ledgers,
    publish,
    rollback,
    withdrawn_version,
)

__all__ = [
    "Publication",
    "current_version",
    "list_versions",
    "prepare_ledgers",
    "publish",
    "rollback",
    "withdrawn_version",
]
