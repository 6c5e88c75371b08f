"""The message about a header or a line of a seed that cannot be read, word for word."""

from pathlib import Path

import pytest

from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import Column, SeedTable
from lead_sla.inputs.seed_values import text
from lead_sla.inputs.seeds import check_seeds
from tests.support.small_seeds import CARD, HOLIDAYS, SEEDS, TARGETS, complaints_about, write_seed, write_seeds

MISTAKES = [
    (
        TARGETS,
        ",amount,",
        ",ammount,",
        'line 1: "ammount" is not a column of this file. Did you mean amount?',
    ),
    (
        HOLIDAYS,
        "segment,holiday_date,label",
        "segment,holiday_date,label,weight",
        'line 1: "weight" is not a column of this file. Delete it.',
    ),
    (
        HOLIDAYS,
        "segment,holiday_date,label",
        "segment,holiday_date",
        "line 1, column label: the column is missing. Add it to the header, and a value or nothing to every line.",
    ),
    (
        HOLIDAYS,
        "segment,holiday_date,label",
        "segment,segment,holiday_date,label",
        "line 1, column segment: the column occurs twice. Delete one.",
    ),
    (
        HOLIDAYS,
        "segment,holiday_date,label",
        "segment,holiday_date,label,",
        "line 1: column 4 of the header is empty. Delete the column, or name it.",
    ),
    (
        HOLIDAYS,
        "segment,holiday_date,label",
        "segment;holiday_date;label",
        "line 1: the values are separated by semicolons. Save the file with commas.",
    ),
    (
        HOLIDAYS,
        "segment,",
        "\nsegment,",
        "line 1: the header is missing. The first line must be: segment,holiday_date,label",
    ),
    (
        HOLIDAYS,
        "New Year",
        "New Year, observed",
        "line 2: the line has 4 values, the header 3. Every line needs as many; put a value that contains a "
        "comma in double quotes.",
    ),
    (
        HOLIDAYS,
        ",Good Friday",
        "",
        "line 3: the line has 2 values, the header 3. Every line needs as many; put a value that contains a "
        "comma in double quotes.",
    ),
    (
        HOLIDAYS,
        "Good Friday\n",
        "Good Friday\n,,\n",
        "line 4: the line has commas but no value. Delete it.",
    ),
    (
        HOLIDAYS,
        "New Year\n",
        "New Year\r\n",
        "line 2: the line ends in CRLF (Windows), the first one in LF (Unix). Save the file with one kind.",
    ),
    (
        HOLIDAYS,
        "New Year",
        '"New Year',
        "line 2: the line cannot be read (unexpected end of data). Close every double quote, and double each "
        "one inside a value.",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES)
def test_a_mistake_in_a_line_is_named_with_its_place_and_remedy(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    assert complaints_about(tmp_path / "seeds", file, old, new) == [f"seeds/{file}, {message}"]


def test_a_column_that_was_added_later_may_be_missing_from_the_header(tmp_path: Path) -> None:
    columns = (Column("code", text()), Column("note", text(), required=False, added_later=True))
    table = SeedTable("codes", "reference", columns)
    (tmp_path / "reference").mkdir()
    (tmp_path / table.file).write_text("code\nfax\n,\n")
    seed = read_seed(table, tmp_path)
    assert [row.values for row in seed.rows] == [{"code": "fax", "note": None}]
    assert ["the line has 2 values, the header 1." in str(problem) for problem in seed.problems] == [True]
    (tmp_path / table.file).write_text("note,code\nold,fax\n")
    assert [row.values for row in read_seed(table, tmp_path).rows] == [{"code": "fax", "note": "old"}]


def test_an_agreed_card_of_an_earlier_release_has_no_deal_values(tmp_path: Path) -> None:
    write_seeds(tmp_path / "seeds")
    write_seed(tmp_path / "seeds" / CARD, SEEDS[CARD].replace("average_deal_value,", "").replace("0.10,,", "0.10,"))
    check_seeds(tmp_path / "seeds", "USD")
