"""A part of SOQL: `select fields or count() from object where ... order by ... limit n`.

Conditions: = != <> < <= > >= in, not in, and, or, not, parentheses; literals of every type. What is not here, and what
a query has wrong, is refused as Salesforce refuses a query that it cannot read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NoReturn, TypeVar

TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    |(?P<date>\d{4}-\d\d-\d\d)
    |(?P<number>-?\d+(?:\.\d+)?)
    |(?P<string>'(?:[^'\\]|\\.)*')
    |(?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<mark><=|>=|<>|!=|[=<>(),])
    )""",
    re.VERBOSE,
)
OPERATORS: Final = ("=", "!=", "<>", "<", "<=", ">", ">=")
WORDS: Final = {"true": True, "false": False, "null": None}
KEYWORDS: Final = {"select", "from", "where", "order", "by", "limit", "and", "or", "not", "in", "asc", "desc", "nulls"}
ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
T = TypeVar("T")
Literal = str | float | bool | date | datetime | None


class MalformedError(Exception):
    """A query that cannot be read; the message is what Salesforce says."""


@dataclass(frozen=True)
class Comparison:
    """A field and what it is compared with; `in` and `not in` have several values."""

    field: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Junction:
    """Conditions of which all (`and`), one (`or`) or none (`not`) must hold."""

    word: str
    conditions: tuple["Condition", ...]


Condition = Comparison | Junction


@dataclass(frozen=True)
class Order:
    """A field to sort by."""

    field: str
    is_falling: bool
    has_empty_first: bool


@dataclass(frozen=True)
class Query:
    """A query; it counts if it has no fields."""

    fields: tuple[str, ...]
    object_name: str
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        MalformedError: it cannot be read.
    """
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_split(text))
        self._place = 0

    def query(self) -> Query:
        self._expect("select")
        fields = self._fields()
        self._expect("from")
        object_name = self._name()
        where = self._junction() if self._take("where") else None
        order: list[Order] = []
        if self._take("order"):
            self._expect("by")
            order = self._list(self._order)
        limit = int(self._number()) if self._take("limit") else None
        if self._place < len(self._tokens):
            self._refuse()
        return Query(fields, object_name, where, tuple(order), limit)

    def _fields(self) -> tuple[str, ...]:
        if self._peek() == "count":
            for token in ("count", "(", ")"):
                self._expect(token)
            return ()
        return tuple(self._list(self._name))

    def _junction(self) -> Condition:
        conditions, words = [self._condition()], set()
        while self._peek() in {"and", "or"}:
            words.add(self._next()[1].lower())
            if len(words) > 1:  # Salesforce demands parentheses
                self._place -= 1
                self._refuse()
            conditions.append(self._condition())
        return Junction(words.pop(), tuple(conditions)) if words else conditions[0]

    def _condition(self) -> Condition:
        if self._take("not"):
            return Junction("not", (self._condition(),))
        if self._take("("):
            inner = self._junction()
            self._expect(")")
            return inner
        field = self._name()
        if self._take("not"):
            self._expect("in")
            return Comparison(field, "not in", self._literals())
        if self._take("in"):
            return Comparison(field, "in", self._literals())
        if self._peek() not in OPERATORS:
            self._refuse()
        operator = self._next()[1]
        return Comparison(field, "!=" if operator == "<>" else operator, (self._literal(),))

    def _literals(self) -> tuple[Literal, ...]:
        self._expect("(")
        found = self._list(self._literal)
        self._expect(")")
        return tuple(found)

    def _literal(self) -> Literal:
        if self._place == len(self._tokens):
            self._refuse()
        kind, text = self._next()
        match kind:
            case "string":
                return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1])
            case "number":
                return float(text)
            case "date":
                return date.fromisoformat(text)
            case "datetime":
                return datetime.fromisoformat(text).astimezone(UTC)
        if text.lower() not in WORDS:
            self._place -= 1
            self._refuse()
        return WORDS[text.lower()]

    def _order(self) -> Order:
        field, is_falling, has_empty_first = self._name(), False, True
        if self._peek() in {"asc", "desc"}:
            is_falling = self._next()[1].lower() == "desc"
        if self._take("nulls"):
            has_empty_first = self._peek() == "first"
            if not has_empty_first and self._peek() != "last":
                self._refuse()
            self._place += 1
        return Order(field, is_falling, has_empty_first)

    def _list(self, read: Callable[[], T]) -> list[T]:
        found = [read()]
        while self._take(","):
            found.append(read())
        return found

    def _name(self) -> str:
        if self._place == len(self._tokens) or self._tokens[self._place][0] != "word" or self._peek() in KEYWORDS:
            self._refuse()
        return self._next()[1]

    def _number(self) -> str:
        if self._place == len(self._tokens) or self._tokens[self._place][0] != "number":
            self._refuse()
        return self._next()[1]

    def _peek(self) -> str:
        return self._tokens[self._place][1].lower() if self._place < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        self._place += 1
        return self._tokens[self._place - 1]

    def _take(self, token: str) -> bool:
        is_there = self._peek() == token
        self._place += is_there
        return is_there

    def _expect(self, token: str) -> None:
        if not self._take(token):
            self._refuse()

    def _refuse(self) -> NoReturn:
        found = f"'{self._tokens[self._place][1]}'" if self._place < len(self._tokens) else "<EOF>"
        raise MalformedError(f"unexpected token: {found}")


def _split(text: str) -> Sequence[tuple[str, str]]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        if found is None:
            raise MalformedError(f"line 1:{place} no viable alternative at character '{text[place:].lstrip()[0]}'")
        assert found.lastgroup is not None
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    return tokens
