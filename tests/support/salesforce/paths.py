"""Fields by their name in a query: of the object itself, or of a record that it names, as `Campaign.Type`."""

from collections.abc import Callable
from typing import NamedTuple

from tests.support.salesforce.moments import Value
from tests.support.salesforce.refusals import QueryError
from tests.support.salesforce.schema import REFERENCE, Field, relationship
from tests.support.salesforce.tables import Row, Table

NO_SUCH = (
    "If you are attempting to use a custom {what}, be sure to append the '__{suffix}' after the {name} name. Please "
    "reference your WSDL or the describe call for the appropriate names."
)


class Path(NamedTuple):
    """A field, with the relationship that leads to it (empty if none) and the table that it leads to."""

    parent: str
    name: str
    field: Field
    table: Table
    read: Callable[[Row], Value]


def find_path(tables: dict[str, Table], table: Table, text: str) -> Path:
    """The field of a name, in whatever case.

    Raises:
        QueryError: there is none.
    """
    parent, _, name = text.rpartition(".")
    if not parent:
        found = _find(table, name)
        return Path("", found, table.fields[found], table, lambda row: row[found])
    key = next((one for one in _references(table) if relationship(one).lower() == parent.lower()), None)
    if key is None:
        suffix = NO_SUCH.format(what="relationship", suffix="r", name="custom relationship")
        message = f"Didn't understand relationship '{parent}' in field path. {suffix}"
        raise QueryError("INVALID_FIELD", message, parent)
    other = tables[table.fields[key].target]
    found = _find(other, name)

    def read(row: Row) -> Value:
        target = other.rows.get(str(row[key]))
        return None if target is None else target[found]

    return Path(relationship(key), found, other.fields[found], other, read)


def _references(table: Table) -> list[str]:
    return [name for name, field in table.visible.items() if field.type == REFERENCE]


def _find(table: Table, name: str) -> str:
    found = next((one for one in table.visible if one.lower() == name.lower()), None)
    if found is None:
        suffix = NO_SUCH.format(what="field", suffix="c", name="custom field")
        raise QueryError("INVALID_FIELD", f"No such column '{name}' on entity '{table.kind.name}'. {suffix}", name)
    return found
