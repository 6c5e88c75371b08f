"""Writes the sample's files to a home folder without changing any other file.

`<home>/sample_company.json` lists what was written, with hashes. What is not on the list, or was changed since, is
the user's own, and the sample refuses to write.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lead_sla.errors import InputError

LIST_NAME: Final = "sample_company.json"
PARTIAL_NAME: Final = "sample_company.partial"


def place(home: Path, contents: Mapping[str, bytes], recipe: Mapping[str, Any]) -> None:
    """Write the sample's files (path below `home` -> bytes) and remove those of an earlier sample.

    Files that are there already with the same bytes are left alone. Where seeds change, the warehouse and what was
    published are removed: the company's agreements are generated again; the signed ones would forbid it.
    `recipe` is kept in the list; its `seed` and `scale` must be those of an earlier sample in the same home, because
    its ids would mean other leads otherwise.

    Raises:
        InputError: the home holds landing files or seeds that the sample did not write, or another sample.
    """
    earlier = _read_list(home, recipe)
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(contents.items())}
    _refuse_strangers(home, earlier, hashes)
    gone = [path for path, digest in earlier.items() if hashes.get(path) != digest]
    for path in gone:
        (home / path).unlink(missing_ok=True)
    if any(path.startswith("seeds/") for path in gone):
        _forget_agreements(home)
    home.mkdir(parents=True, exist_ok=True)
    _replace(home, LIST_NAME, (json.dumps({**recipe, "files": hashes}, indent=1) + "\n").encode())
    for path, data in contents.items():
        if not (home / path).exists():
            _replace(home, path, data)


def is_sample(home: Path) -> bool:
    """Whether `home` contains the sample company, for which no notifications are sent."""
    return (home / LIST_NAME).exists()


def _read_list(home: Path, recipe: Mapping[str, Any]) -> dict[str, str]:
    path = home / LIST_NAME
    if not path.exists():
        return {}
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        files, known = dict(listed["files"]), {name: listed[name] for name in ("seed", "scale")}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is not the list of files that the sample company wrote. Restore it, or use another home folder."
        ) from error
    wanted = {name: recipe[name] for name in known}
    if known != wanted:
        raise InputError(
            f"{home} contains the sample company with {_spell(known)}, not {_spell(wanted)}; its ids would mean other "
            "leads. Use another home folder, or delete this one."
        )
    return files


def _refuse_strangers(home: Path, earlier: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    landed = [path for path in (home / "landing").rglob("*") if path.is_file() and not path.name.startswith(".")]
    paths = {path.relative_to(home).as_posix() for path in landed} | set(earlier) | set(hashes)
    for path in sorted(paths):
        if (home / path).exists() and _hash(home / path) not in {earlier.get(path), hashes.get(path)}:
            what = "was changed since the sample company wrote it" if path in earlier else "is not a sample file"
            raise InputError(
                f"{home / path} {what}, and sample data is never mixed with other data. Use another home folder, "
                "or move the file away and try again."
            )


def _forget_agreements(home: Path) -> None:
    """The landing files stay, so that the next refresh builds everything else again."""
    if (home / "published").exists():
        shutil.rmtree(home / "published")
    for name in ("warehouse.duckdb", "warehouse.duckdb.wal"):
        (home / name).unlink(missing_ok=True)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _replace(home: Path, path: str, data: bytes) -> None:
    """Write under a temporary name and rename, so that no partial file lands."""
    partial = home / PARTIAL_NAME
    partial.write_bytes(data)
    (home / path).parent.mkdir(parents=True, exist_ok=True)
    partial.replace(home / path)


def _spell(recipe: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in recipe.items())
