"""The options of a feed in `feeds.yml`: how its files are written, and how the values in them are read."""

import codecs
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import yaml

from lead_sla.inputs.date_formats import NUMBERS, DateFormat, parse_format
from lead_sla.inputs.feed_columns import Column
from lead_sla.inputs.yaml_reading import MistakeError, NodeReader, T, ask

DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "tab": "\t"}
DECIMALS = (".", ",")
THOUSANDS = (",", ".", " ", "'")
NORMALIZATIONS = ("lower", "integer", "salesforce_id")
CONDITION_KEYS = ("column", "values", "not_values")
FOOTER_KEYS = ("ignore_after_blank_line",)
LAST_HEADER_ROW = 1000
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class FileForm:
    """How the files of a feed are written. `encoding` is None for UTF-8 and what a byte order mark names.

    `is_slice` is of files that a pull from a CRM has written: their first line is no record.
    """

    delimiter: str = ","
    encoding: str | None = None
    header_row: int = 1
    ignore_after_blank_line: bool = False
    sheet: str | None = None
    is_slice: bool = False


@dataclass(frozen=True)
class Condition:
    """The rows in which a source column has one of the values, or with `is_negated` none of them."""

    column: str
    values: tuple[str, ...]
    is_negated: bool


@dataclass(frozen=True)
class ValueOptions:
    """How values are read. `days` and `where` name columns of the file; the maps have ours as keys."""

    nulls: tuple[str, ...] = ()
    dates: tuple[DateFormat | str, ...] = ()  # a format, or one of NUMBERS
    days: tuple[str, ...] = ()
    decimal: str | None = None  # None together with `thousands` when no format of amounts is declared
    thousands: str | None = None
    where: tuple[Condition, ...] = ()
    first_of: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    normalize: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadColumns:
    """The columns of ours that a feed reads from its files, and the file's columns that hold its timestamps."""

    canonical: tuple[Column, ...]
    stamps: tuple[str, ...]


FILE_KEYS = ("delimiter", "encoding", "header_row", "footer", "sheet")
VALUE_KEYS = ("nulls", "dates", "days", "decimal", "thousands", "where", "first_of", "values", "normalize")
OPTION_KEYS = (*FILE_KEYS, *VALUE_KEYS)


def read_file_form(reader: NodeReader, keys: Mapping[str, yaml.Node], where: str) -> FileForm:
    """The file options among the keys of a feed; mistakes are noted."""
    given: dict[str, Any] = {
        "delimiter": _attempt(reader, keys, "delimiter", where, _delimiter),
        "encoding": _attempt(reader, keys, "encoding", where, _encoding),
        "header_row": _attempt(reader, keys, "header_row", where, _header_row),
        "ignore_after_blank_line": _attempt(reader, keys, "footer", where, _footer),
        "sheet": _attempt(reader, keys, "sheet", where, NodeReader.text),
    }
    return FileForm(**{name: value for name, value in given.items() if value is not None})


def read_value_options(
    reader: NodeReader, keys: Mapping[str, yaml.Node], where: str, columns: ReadColumns
) -> ValueOptions:
    """The value options among the keys of a feed; mistakes are noted."""
    text_columns = [column.name for column in columns.canonical if column.type == "text"]
    decimal, thousands = _amount_format(reader, keys, where)
    return ValueOptions(
        nulls=_attempt(reader, keys, "nulls", where, NodeReader.words) or (),
        dates=_attempt(reader, keys, "dates", where, _dates) or (),
        days=_attempt(reader, keys, "days", where, _among(columns.stamps)) or (),
        decimal=decimal,
        thousands=thousands,
        where=_attempt(reader, keys, "where", where, read_conditions) or (),
        first_of=_attempt(reader, keys, "first_of", where, _by_column(text_columns, _separator)) or {},
        values=_attempt(reader, keys, "values", where, _by_column(text_columns, _word_map)) or {},
        normalize=_attempt(reader, keys, "normalize", where, _by_column(text_columns, _normalizations)) or {},
    )


def read_conditions(reader: NodeReader, node: yaml.Node, where: str) -> tuple[Condition, ...]:
    """Read conditions, each a column with `values` or `not_values`; a single one needs no list.

    Raises:
        MistakeError: one is wrong.
    """
    return tuple(_condition(reader, element, where) for element in reader.elements(node, where))


def _condition(reader: NodeReader, node: yaml.Node, where: str) -> Condition:
    keys = reader.mapping(node, where, CONDITION_KEYS)
    if "column" not in keys or ("values" in keys) == ("not_values" in keys):
        raise MistakeError(node, f"{where} needs a column with either values or not_values: {{column: c, values: [x]}}")
    is_negated = "not_values" in keys
    key = "not_values" if is_negated else "values"
    column = reader.text(keys["column"], f"{where}, column")
    return Condition(column, reader.words(keys[key], f"{where}, {key}"), is_negated)


def _attempt(
    reader: NodeReader,
    keys: Mapping[str, yaml.Node],
    key: str,
    where: str,
    read: Callable[[NodeReader, yaml.Node, str], T],
) -> T | None:
    return reader.attempt(lambda node, name: read(reader, node, name), keys[key], where + key) if key in keys else None


def _delimiter(_: NodeReader, node: yaml.Node, where: str) -> str:
    text = node.value if isinstance(node, yaml.ScalarNode) else None
    if text not in DELIMITERS:
        given = "a list or mapping" if text is None else f"'{text}'"
        raise MistakeError(node, f"{where} {given} is not supported; use ',', ';', '|' or tab")
    return DELIMITERS[text]


def _encoding(reader: NodeReader, node: yaml.Node, where: str) -> str:
    name = reader.text(node, where)
    try:
        b"a".decode(name, errors="ignore")
        return codecs.lookup(name).name
    except LookupError as error:
        known = ("utf-8", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-15", "mac-roman", "shift_jis", "gb18030")
        near = ask(name, known)
        remedy = f"use a name that Python knows, such as {', '.join(known[:4])}"
        raise MistakeError(node, f"{where} '{name}' is unknown{near}; {remedy}") from error


def _header_row(reader: NodeReader, node: yaml.Node, where: str) -> int:
    text = reader.text(node, where)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LAST_HEADER_ROW):
        raise MistakeError(node, f"{where} '{text}' is not the number of a line from 1 to {LAST_HEADER_ROW}")
    return int(text)


def _footer(reader: NodeReader, node: yaml.Node, where: str) -> bool:
    keys = reader.mapping(node, where, FOOTER_KEYS)
    if FOOTER_KEYS[0] not in keys:
        raise MistakeError(node, f"{where} is incomplete; write {{ignore_after_blank_line: true}}")
    return BOOLEANS[reader.choice(keys[FOOTER_KEYS[0]], f"{where}, {FOOTER_KEYS[0]}", BOOLEANS)]


def _dates(reader: NodeReader, node: yaml.Node, where: str) -> tuple[DateFormat | str, ...]:
    formats: list[DateFormat | str] = []
    for element in reader.elements(node, where):
        text = reader.text(element, where)
        try:
            formats.append(text if text in NUMBERS else parse_format(text))
        except ValueError as error:
            near = ask(text, NUMBERS)
            raise MistakeError(element, f"{where}: '{text}' cannot be used{near}: {error}") from error
    return tuple(formats)


def _among(known: Collection[str]) -> Callable[[NodeReader, yaml.Node, str], tuple[str, ...]]:
    def read(reader: NodeReader, node: yaml.Node, where: str) -> tuple[str, ...]:
        for element in reader.elements(node, where):
            name = reader.text(element, where)
            if name not in known:
                known_now = f"columns that are: {', '.join(known)}" if known else "there is none"
                raise MistakeError(
                    element, f"{where}: no timestamp is read from a column '{name}'{ask(name, known)}; {known_now}"
                )
        return reader.words(node, where)

    return read


def _amount_format(reader: NodeReader, keys: Mapping[str, yaml.Node], where: str) -> tuple[str | None, str | None]:
    """The decimal sign and the sign between thousands; a decimal sign is `.` where only the other one is given."""
    decimal = _attempt(reader, keys, "decimal", where, _one_sign(DECIMALS))
    thousands = _attempt(reader, keys, "thousands", where, _one_sign(THOUSANDS))
    if thousands and decimal is None and "decimal" not in keys:
        decimal = "."
    if thousands and thousands == decimal:
        other = DECIMALS[1 - DECIMALS.index(decimal)]
        reader.note(
            keys["thousands"],
            f"{where}thousands '{thousands}' is the decimal sign as well (default '.'); add `decimal: \"{other}\"`",
        )
    return decimal, thousands


def _one_sign(signs: tuple[str, ...]) -> Callable[[NodeReader, yaml.Node, str], str]:
    def read(_: NodeReader, node: yaml.Node, where: str) -> str:
        text = node.value if isinstance(node, yaml.ScalarNode) else None
        if text not in signs:
            shown = " ".join(f'"{sign}"' for sign in signs)
            given = f"'{text}'" if text is not None else "a list or mapping"
            raise MistakeError(node, f"{where} {given} is not supported; use one of {shown}, in quotes")
        return str(text)

    return read


def _by_column(
    known: Collection[str], read: Callable[[NodeReader, yaml.Node, str], T]
) -> Callable[[NodeReader, yaml.Node, str], dict[str, T]]:
    """Reads a map whose keys are text columns of ours that the feed reads."""

    def read_all(reader: NodeReader, node: yaml.Node, where: str) -> dict[str, T]:
        listed = f"columns with text are {', '.join(known)}"
        if not isinstance(node, yaml.MappingNode):
            raise MistakeError(node, f"{where} must contain `column: ...` lines; {listed}")
        values: dict[str, T] = {}
        for key, value in node.value:
            name = reader.text(key, where)
            if name not in known:
                problem = f"the feed reads no text into a column '{name}'{ask(name, known)}; {listed}"
                reader.note(key, f"{where}: {problem}")
            elif name in values:
                reader.note(key, f"{where}: '{name}' is given twice; keep one")
            elif (found := reader.attempt(partial(read, reader), value, f"{where}, {name}")) is not None:
                values[name] = found
        return values

    return read_all


def _separator(_: NodeReader, node: yaml.Node, where: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        raise MistakeError(node, f'{where} must be the text between values, such as ";"')
    return str(node.value)


def _word_map(reader: NodeReader, node: yaml.Node, where: str) -> dict[str, str]:
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise MistakeError(node, f"{where} must contain `word of the file: our word` lines")
    words: dict[str, str] = {}
    for key, value in node.value:
        word = reader.word(key, where)
        if word in words:
            reader.note(key, f"{where}: '{word}' is given twice; keep one")
        words[word] = reader.text(value, f"{where}, {word}")
    return words


def _normalizations(reader: NodeReader, node: yaml.Node, where: str) -> tuple[str, ...]:
    names = [reader.choice(element, where, NORMALIZATIONS) for element in reader.elements(node, where)]
    if "salesforce_id" in names and "lower" in names[: names.index("salesforce_id")]:
        raise MistakeError(
            node, f"{where}: lower before salesforce_id would join different ids; write [salesforce_id, lower]"
        )
    return tuple(names)
