"""docs/trust.md explains every reason as the seed does that the models, the mart and the page take them from."""

import csv
from itertools import groupby

import pytest

from lead_sla.settings import PROJECT_DIR

SEED = PROJECT_DIR / "models" / "quality" / "seeds" / "data_quality_reasons.csv"
PAGE = PROJECT_DIR / "docs" / "trust.md"


def read_reasons() -> list[dict[str, str]]:
    with SEED.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", ["quarantine", "data_issue"])
def test_the_docs_list_the_reasons_of_a_kind_as_the_seed_does(kind: str) -> None:
    lines = ["| reason | meaning | remedy |", "| --- | --- | --- |"]
    lines += [
        f"| `{row['reason']}` | {row['meaning']} | {row['remedy']} |" for row in read_reasons() if row["kind"] == kind
    ]
    assert "\n".join(["", *lines, "", ""]) in PAGE.read_text(encoding="utf-8")


def test_reasons_are_sorted_by_kind_and_have_all_they_need() -> None:
    reasons = read_reasons()
    assert [int(row["sort_order"]) for row in reasons] == list(range(1, len(reasons) + 1))
    kinds = [kind for kind, _ in groupby(reasons, lambda row: row["kind"])]
    assert kinds == ["outcome", "quarantine", "data_issue", "record"]
    assert all(row["label"] and row["meaning"] for row in reasons)
    assert all(row["remedy"] for row in reasons if row["kind"] not in {"outcome", "record"})
