"""Records of Salesforce that change between two pages of the query that reads them."""

from pathlib import Path

import pytest

from tests.support.salesforce.exchange import Request
from tests.support.salesforce_pulls import PAGE_ROWS, SMALL_SLICES, org


@pytest.mark.parametrize("has_live_pages", [True, False], ids=["as-of-the-page", "as-of-the-query"])
@pytest.mark.parametrize("name", ["Lead", "Contact"])
def test_the_last_record_of_a_slice_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, has_live_pages: bool
) -> None:
    """Its moment is then ahead of its place, and of records that are not read yet."""
    for module, constant, size in SMALL_SLICES:
        monkeypatch.setattr(module, constant, size)
    with org(tmp_path) as salesforce:
        queries, company = salesforce.server.queries, salesforce.company
        queries.page_rows, queries.has_live_pages = PAGE_ROWS, has_live_pages
        rows = sorted(company.tables[name].rows.values(), key=lambda row: (str(row["SystemModstamp"]), str(row["Id"])))
        last = str(rows[4]["Id"])
        assert len(rows) > 5, "the case is about records behind the first slice"

        def change(request: Request) -> None:
            if request.endpoint == f"more {name}" and request.nth == 2:
                company.edit(name, last, Region__c="apac")

        salesforce.pass_days(1)
        salesforce.server.faults.on_request = change
        salesforce.pull()
        kind = f"{name.lower()}s"
        read = salesforce.current(kind).keys()
        assert read == {str(row["Id"]) for row in rows}
        salesforce.pass_days(1)
        salesforce.pull()
        salesforce.assert_complete()
