"""A company's own folder: everything that its people edit, so that an upgrade of the product touches none of it."""

import re
from collections.abc import Iterator
from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.inputs.rules import RULES
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.settings import PROJECT_DIR

# A company without a lead type, a won deal or an SLA has nothing to measure, so these begin with rows to change.
STARTED = ("event_types", "deal_stages", "sla_definitions")
# What files and messages name, and the exports of CRMs that most companies have.
RECIPES = ("dynamics", "hubspot", "marketo", "pipedrive", "salesforce-data-export", "salesforce-report", "zoho")
TOOLS = ("airbyte-hubspot", "dlt-hubspot", "fivetran-hubspot", "fivetran-salesforce")
GUIDES = (
    "docs/how-to/bring-your-own-data.md",
    "docs/how-to/connect-hubspot.md",
    "docs/how-to/connect-salesforce.md",
    "docs/how-to/from-other-tools.md",
    "docs/how-to/record-feeds.md",
    "docs/how-to/merges.md",
    "docs/how-to/feed-options.md",
    "docs/how-to/edit-the-seeds.md",
    *(f"docs/how-to/other-tools/{name}.md" for name in TOOLS),
    *(f"docs/how-to/recipes/{name}.md" for name in RECIPES),
)
IGNORED = ("data/", "logs/", ".env", ".venv/")
RULES_HEADER = """\
# The numeric rules of the metrics. Each line is a default; remove the # before one and change its value to set it.
# Begin the lines at the left margin. A wrong value stops the refresh, with its line and what is allowed.
"""
READ_ME = """\
# Our service level agreements

What people of this company edit for Lead SLA; `data/` holds what is computed and is not kept in git.

- `data/landing/`: put files of lead and deal events here. `feeds.yml` maps their columns.
- `seeds/`: event types, deal stages and SLAs, with rows to change; holidays, exchange rates, targets, plans and signed
  rates, empty. The file `<name>.example.csv` beside an empty one shows rows; nothing loads it.
- `rules.yml`: the numeric rules that differ from the defaults. `.env`: time zone, currency, mail.
- `docs/how-to/`: how to map files and edit the seeds, and recipes for exports of CRMs, as of the release that created
  this folder.
- `lead-sla feeds preview FILE` proposes the lines of `feeds.yml` for a file.
- `lead-sla check` checks these files, `lead-sla doctor` the set-up; `lead-sla refresh` computes and publishes,
  `lead-sla status` shows the month.
"""


def write_company_folder(folder: Path) -> list[Path]:
    """Write the folder; the files, in order.

    Raises:
        InputError: one of the files already exists, and nothing was written; or the folder is not writable.
    """
    contents = {folder / name: text for name, text in _contents()}
    there = [path for path in contents if path.exists()]
    if there:
        raise InputError(f"{there[0]} exists already, and nothing is overwritten. Name a folder without it.")
    try:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} is not writable ({error.strerror}); use another folder.") from error
    return list(contents)


def _contents() -> Iterator[tuple[str, str]]:
    yield "README.md", READ_ME
    yield ".gitignore", "".join(f"{name}\n" for name in IGNORED)
    yield ".env", (PROJECT_DIR / ".env.example").read_text(encoding="utf-8")
    yield "feeds.yml", (PROJECT_DIR / "feeds.yml").read_text(encoding="utf-8")
    yield "rules.yml", RULES_HEADER + "".join(_default_rules())
    for table in TABLES:
        name = f"seeds/{table.file}"
        if table.name in STARTED:
            yield name, (PROJECT_DIR / name).read_text(encoding="utf-8")
        else:
            example = f"{name.removesuffix('.csv')}.example.csv"
            yield name, f"{table.header}\n"
            yield example, (PROJECT_DIR / example).read_text(encoding="utf-8")
    for name in GUIDES:
        yield name, (PROJECT_DIR / name).read_text(encoding="utf-8")


def _default_rules() -> Iterator[str]:
    """The lines of `dbt_project.yml` that set the rules, commented out."""
    lines = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8").splitlines()
    for line in lines:
        found = re.match(r"\s+(\w+):", line)
        if found and found[1] in RULES:
            yield f"# {line.strip()}\n"
