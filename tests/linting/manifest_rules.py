"""The rules on models that dbt itself does not hold, checked on the manifest that `dbt parse` has just written."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# As the data flows: a model may refer to its own folder and to earlier ones.
FOLDERS = ("staging", "leads", "customers", "rates", "credit", "goals", "progress", "quality")
PUBLISHED = ("fct_", "dim_", "rpt_")

Manifest = Mapping[str, Any]
Node = Mapping[str, Any]


def find_violations(manifest: Manifest) -> list[str]:
    """What breaks a rule, one line each, with the file to change."""
    rules = (_find_later_folders, _find_misplaced_yaml, _find_misplaced_tests, _find_access, _find_undescribed)
    return [violation for rule in rules for violation in rule(manifest)]


def _find_later_folders(manifest: Manifest) -> Iterator[str]:
    models = {model["unique_id"]: model for model in _models(manifest)}
    for model in models.values():
        if _folder(model) not in FOLDERS:
            yield f"{model['original_file_path']}: not in a folder of models/ that is one of {', '.join(FOLDERS)}"
            continue
        for unique_id in model["depends_on"]["nodes"]:
            upstream = models.get(unique_id)
            if upstream and _folder(upstream) in FOLDERS[FOLDERS.index(_folder(model)) + 1 :]:
                yield (
                    f"{model['original_file_path']}: refers to {upstream['name']} of {_folder(upstream)}/, "
                    f"which comes after {_folder(model)}/"
                )


def _find_misplaced_yaml(manifest: Manifest) -> Iterator[str]:
    for model in _models(manifest):
        found = (model["patch_path"] or "").partition("://")[2]
        if found != _yaml_path(model):
            place = f"described in {found}" if found else "not described"
            yield f"{model['original_file_path']}: {place}; describe it in {_yaml_path(model)}"


def _find_misplaced_tests(manifest: Manifest) -> Iterator[str]:
    models = {model["unique_id"]: model for model in _models(manifest)}
    by_name = {model["name"]: model for model in models.values()}
    tested = [(test, models.get(test.get("attached_node"))) for test in manifest["nodes"].values()]
    tested += [(test, by_name.get(test["model"])) for test in manifest["unit_tests"].values()]
    for test, model in tested:
        if model and test["original_file_path"] != _yaml_path(model):
            yield f"{test['original_file_path']}: {test['name']} tests {model['name']}; move it to {_yaml_path(model)}"


def _find_access(manifest: Manifest) -> Iterator[str]:
    for model in _models(manifest):
        path, is_published = model["original_file_path"], model["name"].startswith(PUBLISHED)
        if model["access"] != ("public" if is_published else "protected"):
            yield f"{path}: its access is {model['access']}; only {', '.join(PUBLISHED)} are public, others protected"
        if is_published and not model["contract"]["enforced"]:
            yield f"{path}: published without an enforced contract"
        if is_published != (model["schema"] == "marts"):
            yield f"{path}: in the schema {model['schema']}; published models, and only they, are in marts"


def _find_undescribed(manifest: Manifest) -> Iterator[str]:
    described = [node for node in manifest["nodes"].values() if node["resource_type"] in {"model", "seed"}]
    described += [*manifest["sources"].values(), *manifest["exposures"].values()]
    for node in described:
        parts = [(node["name"], node), *node.get("columns", {}).items()]
        yield from (f"{node['original_file_path']}: {name} has no description" for name, it in parts if _is_silent(it))
    for macro in manifest["macros"].values():
        if macro["package_name"] == manifest["metadata"]["project_name"]:
            # dbt takes no arguments in the description of a generic test; those are described where the test is.
            arguments = [] if macro["name"].startswith("test_") else macro["arguments"]
            parts = [(macro["name"], macro), *((f"{macro['name']}.{one['name']}", one) for one in arguments)]
            yield from (
                f"{macro['original_file_path']}: {name} has no description" for name, it in parts if _is_silent(it)
            )


def _is_silent(part: Node) -> bool:
    return not (part["description"] or "").strip()


def _models(manifest: Manifest) -> Iterator[Node]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def _folder(model: Node) -> str:
    return Path(model["original_file_path"]).parent.name


def _yaml_path(model: Node) -> str:
    return Path(model["original_file_path"]).with_suffix(".yml").as_posix()


if __name__ == "__main__":
    violations = find_violations(json.loads(Path("target/manifest.json").read_text(encoding="utf-8")))
    sys.exit("\n".join(violations) or None)
