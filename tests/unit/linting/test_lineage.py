"""The lineage diagrams, on a manifest of four models."""

from tests.support.lineage import Lineage


def node(name: str, kind: str, folder: str = "", access: str = "protected", **more: object) -> dict:
    return {"name": name, "resource_type": kind, "fqn": ["p", folder, name], "config": {"access": access}, **more}


def model(name: str, folder: str, *inputs: str, access: str = "protected") -> dict:
    return node(name, "model", folder, access, depends_on={"nodes": list(inputs)})


MANIFEST = {
    "nodes": {
        "stages": node("stages", "seed"),
        "stg": model("stg_a", "staging", "raw_a"),
        "leads": model("int_b", "leads", "stg", "stages"),
        "rates": model("int_c", "rates", "leads", "stg"),
        "card": model("fct_d", "rates", "rates", access="public"),
    },
    "sources": {"raw_a": node("a", "source", source_name="raw")},
}


def test_the_overview_leaves_out_an_edge_that_a_longer_path_implies() -> None:
    lines = Lineage(MANIFEST).overview().splitlines()
    assert [line.strip() for line in lines if "-->" in line] == ["staging --> leads", "leads --> rates"]


def test_a_folder_shows_its_models_their_inputs_and_what_is_published() -> None:
    lines = {line.strip() for line in Lineage(MANIFEST).detail("rates").splitlines()}
    assert {'int_b["int_b"]:::input', 'stg_a["stg_a"]:::input', 'int_c["int_c"]', 'fct_d["fct_d"]:::published'} <= lines
    assert {"int_b --> int_c", "stg_a --> int_c", "int_c --> fct_d"} <= lines


def test_seeds_and_sources_are_named_as_such() -> None:
    assert 'seed_stages["seed stages"]:::input' in Lineage(MANIFEST).detail("leads")
    assert 'raw_a["raw.a"]:::input' in Lineage(MANIFEST).detail("staging")
