"""The parts of SQL statements that take no bound values."""


def literal(value: object) -> str:
    """A value as an SQL text literal, for the statements that take no bound values."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
