"""Columns that a feed reads and a file lacks: refused in every format, and pointed at where a name is only similar."""

import json
from pathlib import Path

import pytest

from lead_sla.inputs.feeds import Feed, Source
from lead_sla.landing.raw_files import UNFINISHED
from tests.support.landing_home import LandingHome

COLUMNS = {"event_id": "id", "lead_id": "lead", "event_type": "type", "occurred_at": "at", "segment": "segment"}
MAPPED = Feed("f", "lead_events", "in/*", columns={name: Source(column) for name, column in COLUMNS.items()})
ROW = {"id": "1", "lead": "a", "type": "demo", "at": "2026-11-02"}


def put(home: LandingHome, path: str, *rows: dict[str, object]) -> None:
    """Write rows in the format of the path's ending."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names), *(",".join(str(row.get(name) or "") for name in names) for row in rows)]
    ending = path.rpartition(".")[2]
    texts = {
        "csv": "\n".join(lines),
        "jsonl": "\n".join(json.dumps(row) for row in rows),
        "json": json.dumps(rows, indent=1),
    }
    if ending == "parquet":
        home.put("rows.csv", texts["csv"])
        home.copy_to(path, f"from read_csv('{home.landing_dir / 'rows.csv'}', all_varchar = true)")
    else:
        home.put(path, texts[ending])


ENDINGS = pytest.mark.parametrize("ending", ["csv", "jsonl", "json", "parquet"])


@ENDINGS
def test_a_mapped_column_that_no_row_has_is_refused(home: LandingHome, ending: str) -> None:
    put(home, f"in/a.{ending}", {**ROW, "Region": "x"}, {**ROW, "id": "2"})
    (refused,) = home.land(MAPPED).refused
    order = "id, lead, type, at, Region" if ending in {"csv", "parquet"} else "Region, at, id, lead, type"
    assert refused.reason == (
        f"it has no column segment; its columns are {order}. Rename the column in the file, or correct its name "
        "under `columns` in feeds.yml."
    )


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_key_that_one_object_has_is_enough_even_without_a_value(home: LandingHome, ending: str) -> None:
    put(home, f"in/a.{ending}", ROW, {**ROW, "id": "2", "segment": None}, ROW)
    report = home.land(MAPPED)
    assert (report.refused, report.landed[0].rows_landed) == ([], 3)


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_required_key_that_no_object_has_is_refused_also_with_a_default(home: LandingHome, ending: str) -> None:
    put(home, f"in/a.{ending}", {**ROW, "Segment": "x"})
    columns = {**(MAPPED.columns or {}), "segment": Source("segment", default="none"), "lead_id": Source("contact")}
    (refused,) = home.land(Feed("f", "lead_events", "in/*", columns=columns)).refused
    assert refused.reason.startswith("it has no column contact, segment; its columns are Segment, at, id, lead, type.")


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_canonical_json_file_needs_only_the_required_keys(home: LandingHome, ending: str) -> None:
    row = {"event_id": "1", "lead_id": "a", "event_type": "demo", "occurred_at": "2026-11-02"}
    put(home, f"lead_events/a.{ending}", row)
    put(home, f"lead_events/b.{ending}", {name: value for name, value in row.items() if name != "lead_id"})
    report = home.land()
    assert [file.path for file in report.landed] == [f"lead_events/a.{ending}"]
    assert report.refused[0].reason.startswith("it has no column lead_id; its columns are event_id, event_type, occ")


def test_lines_that_are_no_objects_do_not_count(home: LandingHome) -> None:
    home.put("in/a.jsonl", "5\nbroken\n")
    assert home.land(MAPPED).landed[0].rows_rejected == 2


DEAL = {"event_id": "1", "deal_id": "d", "stage": "won", "occurred_at": "2026-11-03"}


@ENDINGS
@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"Amount": "500", "lead_id": "a"}, "it has no amount; did you mean its Amount?"),
        ({"leadId": "a", "CURRENCY": "EUR"}, "it has no currency, lead_id; did you mean its CURRENCY, leadId?"),
        ({"Lead ID": "a"}, "it has no lead_id; did you mean its Lead ID?"),
        ({"\ufefflead_id": "a"}, "it has no lead_id; did you mean its \\ufefflead_id?"),
    ],
)
def test_a_canonical_name_in_other_letters_is_refused(
    home: LandingHome, ending: str, extra: dict[str, object], reason: str
) -> None:
    put(home, f"deal_events/a.{ending}", {**DEAL, **extra}, {**DEAL, "event_id": "2"})
    (refused,) = home.land().refused
    assert refused.reason.startswith(reason)
    assert refused.reason.endswith(
        "Upper and lower case differ. Rename it in the file, or map it in feeds.yml, under `columns`."
    )


@ENDINGS
def test_a_canonical_file_with_a_similar_name_lands_with_a_warning(home: LandingHome, ending: str) -> None:
    put(home, f"deal_events/a.{ending}", {**DEAL, "contact_id": "a", "amount": "5", "currency_code": "EUR"})
    (landed,) = home.land().landed
    remedy = "Rename it in the file, or map it in feeds.yml, under `columns`."
    assert (landed.rows_landed, landed.warnings) == (
        1,
        (
            f"deal_events/a.{ending} has no lead_id; did you mean its contact_id, which is not read? {remedy}",
            f"deal_events/a.{ending} has no currency; did you mean its currency_code, which is not read? {remedy}",
        ),
    )


@ENDINGS
def test_other_columns_and_mapped_files_give_no_warning(home: LandingHome, ending: str) -> None:
    complete = {"lead_id": "a", "amount": "5", "currency": "EUR", "Amount": "9", "note": "n"}
    put(home, f"deal_events/a.{ending}", {**DEAL, **complete})
    put(home, f"in/a.{ending}", {**ROW, "segment": "s", "Channel": "c"})
    report = home.land(MAPPED, Feed("deal_events", "deal_events", "deal_events/*"))
    assert (report.refused, [file.warnings for file in report.landed]) == ([], [(), ()])


def test_a_folder_whose_name_is_a_pattern_is_not_taken_for_the_one_that_matches_it(tmp_path: Path) -> None:
    (tmp_path / "a [1]").mkdir()
    home = LandingHome(tmp_path / "a [1]")
    unfinished = tmp_path / "a 1" / "raw" / UNFINISHED
    unfinished.mkdir(parents=True)
    home.connection.execute(f"copy (select 'x' as amount) to '{unfinished / '1.parquet'}' (format parquet)")
    put(home, "deal_events/a.csv", {**DEAL, "Amount": "5"})
    assert home.land().refused[0].reason.startswith("it has no amount; did you mean its Amount?")
    home.connection.close()
