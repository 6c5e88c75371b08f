"""Reads the columns of a file as landing reads them, whatever its format."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lead_sla.inputs.feed_options import FileForm
from lead_sla.inputs.feeds import Feed, Source
from lead_sla.landing.json_lines import pointers_to
from lead_sla.landing.partitions import partition_columns
from lead_sla.preview.contents import are_emails, are_ids
from lead_sla.preview.names import may_be_id
from lead_sla.preview.trials import PreviewedFile, Trial, try_landing
from lead_sla.sql import literal

SAMPLE_ROWS = 5_000
KIND = "lead_events"
ROW_ID = "channel"  # any optional column of the kind
# Words for missing values. NA is none of them, since it is a region as well.
NULL_WORDS = {
    *("NULL", "null", "Null", "N/A", "n/a", "#N/A", "None", "NaN", "nan", "-", "--", "\\N"),
    *("(No value)", "(no value)", "(blank)", "(kein Wert)", "(not set)", "[not provided]", "[Not Provided]"),
}
# With nothing mapped to the file's columns, landing keeps them all in `attributes`.
NOTHING_MAPPED = {
    "event_id": Source(constant="-"),
    "lead_id": Source(constant="-"),
    "event_type": Source(constant="-"),
    "occurred_at": Source(constant="2000-01-01"),
}


@dataclass
class SampleColumn:
    """The texts of a column that are not missing, and the words for those that are.

    `elements` are the objects of JSON lists in it. With `repeats`, some text is there twice in
    the file; with `is_unique`, every row has a text of its own.
    """

    name: str
    values: list[str] = field(default_factory=list)
    elements: list[dict[str, Any]] = field(default_factory=list)
    nulls: dict[str, None] = field(default_factory=dict)
    is_unique: bool = False
    repeats: bool = False

    @cached_property
    def distinct(self) -> list[str]:
        """Each text once, in the order of the file."""
        return list(dict.fromkeys(self.values))


@dataclass(frozen=True)
class Sample:
    """The columns of a file, in its order, of rows that are spread evenly over it."""

    rows: int  # of the file
    sampled: int
    columns: dict[str, SampleColumn]


def read_sample(file: PreviewedFile, form: FileForm, row_id: str | None = None) -> Sample:
    """Read the columns of a file of this form; one without a name or any value is not among them.

    A row id is mapped, since landing takes objects in which a feed reads nothing but a list for pages of rows.

    Raises:
        FileRefusedError: landing refuses the file.
    """
    mapped = NOTHING_MAPPED | ({ROW_ID: Source(row_id)} if row_id else {})
    feed = Feed("preview", KIND, file.path, columns=mapped, form=form)
    with try_landing(feed, file) as trial:
        ((rows,),) = trial.connection.execute(f"select count(*) from raw.{KIND}").fetchall()
        step = max(1, rows // SAMPLE_ROWS)
        found = trial.connection.execute(
            f"""
            select attributes, {ROW_ID}
            from (select attributes, {ROW_ID}, row_number() over (order by row_number) as place from raw.{KIND})
            where place % {step} = 0
            order by place
            """
        ).fetchall()
        columns: dict[str, SampleColumn] = {}
        for attributes, mapped_text in found:
            own = {row_id: mapped_text} if row_id else {}
            for name, value in _flatten(own | json.loads(attributes or "{}", parse_int=str, parse_float=str)):
                column = columns.setdefault(name, SampleColumn(name))
                if isinstance(value, dict):
                    column.elements.append(value)
                elif value in NULL_WORDS:
                    column.nulls[value] = None
                else:
                    column.values.append(value)
        for name, text in partition_columns(file.path).items():
            [(value,)] = trial.connection.execute(f"select {text}").fetchall()
            columns.setdefault(name, SampleColumn(name, [value] * len(found) if value else []))
        for column in columns.values():
            differ = len(set(column.values)) == len(column.values)
            is_id = may_be_id(column.name) or are_emails(column.distinct) or are_ids(column.distinct)
            column.repeats = not differ or (step > 1 and is_id and _repeats(trial, column.name, row_id))
            column.is_unique = not column.repeats and len(column.values) == len(found)
        return Sample(rows, len(found), columns)


def _flatten(attributes: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Texts by name; a value inside of an object by its path. Of a list each object as it is, and the first id.

    What has no name cannot be mapped.
    """
    for key, value in ((key, value) for key, value in attributes.items() if key.strip()):
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{name}.")
        elif isinstance(value, list):
            yield from ((name, element) for element in value if isinstance(element, dict))
            first = _flatten({str(at): element for at, element in enumerate(value[:1])}, f"{name}.")
            yield from ((path, text) for path, text in first if path.lower().endswith(("id", ".0")))
        elif value is not None and str(value).strip():
            yield name, {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value).strip()


def _repeats(trial: Trial, name: str, row_id: str | None) -> bool:
    paths = (f"json_extract_string(attributes, {literal(pointer)})" for pointer in pointers_to(name))
    text = ROW_ID if name == row_id else f"coalesce({', '.join(paths)})"
    query = f"select count({text}) > count(distinct {text}) from raw.{KIND}"
    return bool(trial.connection.execute(query).fetchall()[0][0])
