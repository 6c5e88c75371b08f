"""A dbt project of one model, with the macros and the profile of the real one."""

from pathlib import Path

import yaml

from lead_sla.settings import PROJECT_DIR


def write_project(folder: Path, model: str, sql: str) -> None:
    """Write the project; the model goes into the schema `scratch`."""
    (folder / "models").mkdir()
    (folder / "models" / f"{model}.sql").write_text(sql)
    project = {
        "name": "lead_sla",
        "profile": "lead_sla",
        "macro-paths": [str(PROJECT_DIR / "macros")],
        "models": {"lead_sla": {"+schema": "scratch"}},
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
