"""Draws the lineage of the models into docs/architecture.md, from the manifest that `dbt parse` writes.

`python -m tests.support.lineage` rewrites the diagrams between the markers. With `--check` it changes nothing, and
exits with 1 if they are out of date.
"""

import json
import sys
from pathlib import Path

from tests.linting.manifest_rules import FOLDERS

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "target" / "manifest.json"
PAGE = ROOT / "docs" / "architecture.md"
START, END = "<!-- lineage: start -->\n", "<!-- lineage: end -->\n"

PREFIXES = {"model": "", "seed": "seed ", "source": "{source_name}."}
STYLES = [
    "    classDef published fill:#cfe8ff,stroke:#0b5394,color:#000",
    "    classDef input fill:#f3f3f3,stroke:#999,stroke-dasharray:4,color:#333",
]

Edges = set[tuple[str, str]]


class Lineage:
    """The models of a manifest, their folders and what each of them selects from."""

    def __init__(self, manifest: dict) -> None:
        nodes = manifest["nodes"] | manifest["sources"]
        labels = {key: _label(node) for key, node in nodes.items() if node["resource_type"] in PREFIXES}
        models = [node for node in nodes.values() if node["resource_type"] == "model"]
        self.folder = {node["name"]: node["fqn"][1] for node in models}
        self.published = {node["name"] for node in models if node["config"].get("access") == "public"}
        self.inputs = {node["name"]: sorted(labels[key] for key in node["depends_on"]["nodes"]) for node in models}

    def overview(self) -> str:
        """The folders, with an edge where a model of one selects from a model of another."""
        edges = {
            (self.folder[source], self.folder[name])
            for name, sources in self.inputs.items()
            for source in sources
            if source in self.folder and self.folder[source] != self.folder[name]
        }
        return _diagram([f"    {source} --> {name}" for source, name in sorted(_without_detours(edges), key=_in_order)])

    def detail(self, folder: str) -> str:
        """The models of one folder and what they select from outside of it."""
        names = sorted(name for name, home in self.folder.items() if home == folder)
        outside = sorted({source for name in names for source in self.inputs[name]} - set(names))
        lines = [f"    {_node(source)}:::input" for source in outside]
        lines += [f"    subgraph {folder}", "        direction LR"]
        lines += [f"        {_node(name)}{':::published' if name in self.published else ''}" for name in names]
        lines += ["    end"]
        lines += [f"    {_id(source)} --> {_id(name)}" for name in names for source in self.inputs[name]]
        return _diagram(lines + STYLES)


def _without_detours(edges: Edges) -> Edges:
    """Leave out an edge where a longer path connects the same two folders."""

    def reaches(source: str, target: str) -> bool:
        return source == target or any(reaches(after, target) for before, after in edges if before == source)

    return {
        (source, target)
        for source, target in edges
        if not any(before == source and after != target and reaches(after, target) for before, after in edges)
    }


def _in_order(edge: tuple[str, str]) -> tuple[int, int]:
    return FOLDERS.index(edge[0]), FOLDERS.index(edge[1])


def _label(node: dict) -> str:
    return PREFIXES[node["resource_type"]].format(**node) + node["name"]


def _id(label: str) -> str:
    return label.replace(" ", "_").replace(".", "_")


def _node(label: str) -> str:
    return f'{_id(label)}["{label}"]'


def _diagram(lines: list[str]) -> str:
    return "\n".join(["```mermaid", "flowchart LR", *lines, "```", ""])


def render(manifest: dict) -> str:
    """The text between the markers."""
    lineage = Lineage(manifest)
    details = "\n".join(f"#### models/{folder}\n\n{lineage.detail(folder)}" for folder in FOLDERS)
    return f"\n{lineage.overview()}\n{details}\n"


def main() -> None:
    """Rewrite the page, or with `--check` compare it."""
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(START)
    tail = rest.split(END)[1]
    drawn = head + START + render(json.loads(MANIFEST.read_text(encoding="utf-8"))) + END + tail
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(drawn, encoding="utf-8")
    elif page != drawn:
        sys.exit("The lineage in docs/architecture.md is out of date. Run `make lineage` and commit the result.")


if __name__ == "__main__":
    main()
