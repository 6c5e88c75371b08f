"""The dbt exposures list exactly which marts each report reads: DuckDB itself logs what is asked while it is made."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from lead_sla.mart.reading import open_version
from lead_sla.publishing.manifest import read_manifest
from lead_sla.reporting.mail.composing import compose
from lead_sla.reporting.page import write_page
from lead_sla.reporting.workbook import write_workbook
from lead_sla.settings import Settings
from tests.support.harness import Company, parsed_manifest

TABLE = re.compile(r"\b(?:dim|fct|rpt)_\w+")
QUESTIONS = "select message from duckdb_logs where type = 'QueryLog'"


def make_page(settings: Settings, mart: duckdb.DuckDBPyConnection, folder: Path) -> None:
    write_page(settings, mart, folder / "index.html")


def make_workbook(settings: Settings, mart: duckdb.DuckDBPyConnection, folder: Path) -> None:
    write_workbook(mart, folder / "lead_sla.xlsx")


def make_mail(settings: Settings, mart: duckdb.DuckDBPyConnection, folder: Path) -> None:
    compose(settings, read_manifest(folder), folder, "sales")


MAKERS: dict[str, Callable[[Settings, duckdb.DuckDBPyConnection, Path], None]] = {
    "page": make_page,
    "workbook": make_workbook,
    "mail": make_mail,
}


@pytest.fixture
def folder(company: Company, tmp_path: Path) -> Path:
    """A version of its own, so that nobody else's questions are logged."""
    return Path(shutil.copytree(company.settings.published_dir / "current", tmp_path / "version"))


def tables_asked_for(settings: Settings, folder: Path, exposure: str) -> set[str]:
    with open_version(settings, folder) as log, open_version(settings, folder) as mart:
        log.execute("call enable_logging('QueryLog')")
        MAKERS[exposure](settings, mart, folder)
        asked = [question for (question,) in log.execute(QUESTIONS).fetchall()]
    return {table for question in asked for table in TABLE.findall(question)}


def tables_of(exposure: str) -> Iterator[str]:
    manifest = parsed_manifest()
    for node in manifest.exposures[f"exposure.lead_sla.{exposure}"].depends_on.nodes:
        yield manifest.nodes[node].name


@pytest.mark.parametrize("exposure", MAKERS)
def test_an_exposure_names_what_its_report_asks_for(company: Company, folder: Path, exposure: str) -> None:
    assert tables_asked_for(company.settings, folder, exposure) == set(tables_of(exposure))


def test_bi_tools_have_every_mart() -> None:
    marts = {node.name for node in parsed_manifest().nodes.values() if node.resource_type == "model"}
    assert set(tables_of("bi_tools")) == {name for name in marts if TABLE.fullmatch(name)}


def test_every_exposure_is_described_and_owned() -> None:
    exposures = parsed_manifest().exposures.values()
    assert {exposure.name for exposure in exposures} == {*MAKERS, "bi_tools"}
    for exposure in exposures:
        assert exposure.description
        assert exposure.label
        assert exposure.owner.name
        assert exposure.maturity
