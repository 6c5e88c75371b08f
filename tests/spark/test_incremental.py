"""How an incremental model behaves on Spark: the project's own macros, on a model of three rows."""

from pathlib import Path

import pytest

from tests.spark.engines import Spark
from tests.spark.small_project import write_project

MODEL = """
{{{{ config(materialized='incremental', unique_key={key}, incremental_strategy={strategy}) }}}}
{{%- if is_incremental() %}}
select 'b' as lead_id, 'emea' as segment, max(steps) + 1 as steps from {{{{ this }}}}
union all
select 'c' as lead_id, 'emea' as segment, 1 as steps
{{%- else %}}
select 'a' as lead_id, 'emea' as segment, 3 as steps
union all
select 'b' as lead_id, 'emea' as segment, 1 as steps
union all
select 'b' as lead_id, 'apac' as segment, 2 as steps
{{%- endif %}}
"""
FIRST = {("a", "emea", 3), ("b", "emea", 1), ("b", "apac", 2)}
CHANGES = {("b", "emea", 4), ("c", "emea", 1)}


@pytest.mark.parametrize(
    ("key", "strategy", "kept"),
    [
        ("'lead_id'", "'delete+insert'", {("a", "emea", 3)}),
        ("['lead_id', 'segment']", "'delete+insert'", {("a", "emea", 3), ("b", "apac", 2)}),
        ("none", "'append'", FIRST),
    ],
)
def test_rows_replace_those_of_the_same_key(
    spark: Spark, tmp_path: Path, key: str, strategy: str, kept: set[tuple]
) -> None:
    write_project(tmp_path, "steps", MODEL.format(key=key, strategy=strategy))
    for options, expected in ((["--full-refresh"], FIRST), ([], kept | CHANGES), (["--full-refresh"], FIRST)):
        spark.dbt(["run", *options], tmp_path)
        assert {tuple(row.values()) for row in spark.read("scratch", "steps")} == expected
