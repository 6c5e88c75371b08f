"""The documentation of the dbt project: every model, column, test, metric and exposure, in one page."""

import tempfile
from pathlib import Path

from lead_sla.errors import InputError, LeadSlaError
from lead_sla.settings import Settings
from lead_sla.transform.project import ANSI, copy_manifest, run_dbt
from lead_sla.warehouse import hold_lock


def build_docs(settings: Settings) -> Path:
    """Write the documentation to `<home>/docs/index.html`, which needs neither server nor network.

    dbt reads the types of the columns from the warehouse, so this waits until the lock is free.

    Raises:
        InputError: the warehouse does not exist, or dbt cannot read the project or the seeds.
        LockHeldError: the warehouse was not free within the hour.
        LeadSlaError: dbt failed; the message contains its output.
    """
    if not settings.warehouse_path.exists():
        raise InputError(f"The warehouse {settings.warehouse_path} does not exist. Run `lead-sla refresh` first.")
    page = settings.home / "docs" / "index.html"
    page.parent.mkdir(exist_ok=True)
    with hold_lock(settings, "lead-sla docs"), tempfile.TemporaryDirectory(dir=page.parent) as scratch:
        copy_manifest(settings, Path(scratch))
        _generate(settings, Path(scratch))
        (Path(scratch) / "static_index.html").replace(page)
    return page


def _generate(settings: Settings, folder: Path) -> None:
    # Compiled SQL would be that of no particular day, so it is left out.
    places = {"DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder)}
    generated = run_dbt(settings, ["docs", "generate", "--static", "--no-compile"], **places)
    if generated.returncode:
        output = ANSI.sub("", generated.stdout + generated.stderr).strip()
        raise LeadSlaError(f"dbt could not build the documentation. Run `lead-sla doctor`. Output of dbt:\n{output}")
