"""Errors in the shapes in which Salesforce gives them."""

from tests.support.salesforce.exchange import Answer

PAGE_HTML = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


class QueryError(Exception):
    """A query that Salesforce refuses, with the word in it that is wrong, if it is one."""

    def __init__(self, code: str, message: str, word: str = "") -> None:
        """Keep what the answer needs."""
        super().__init__(message)
        self.code, self.message, self.word = code, message, word


def refusal(status: int, code: str, message: str) -> Answer:
    """An error of the data API: a list with a message and a code."""
    return Answer(status, [{"message": message, "errorCode": code}])


def refused_login(error: str, description: str) -> Answer:
    """An error of the token endpoint."""
    return Answer(400, {"error": error, "error_description": description})


def refused_query(error: QueryError, soql: str) -> Answer:
    """400 of a query; Salesforce shows where the word is."""
    if not error.word:
        return refusal(400, error.code, error.message)
    column = soql.find(error.word)
    shown = f"\n{soql[max(0, column - 40) : column + 40]}\n{' ' * min(column, 40)}^"
    return refusal(400, error.code, f"{shown}\nERROR at Row:1:Column:{column + 1}\n{error.message}")


def invalid_type(name: str) -> QueryError:
    """A query of an object that the org or the user does not have."""
    return QueryError(
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the "
        "'__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
        name,
    )


def expired_session() -> Answer:
    """401 of a token that has expired or was never valid."""
    return refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")


def invalid_locator() -> Answer:
    """400 of a page whose query has expired."""
    return refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")


def limit_exceeded() -> Answer:
    """403 when the calls of the last 24 hours are used up."""
    return refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def not_found() -> Answer:
    """404 of a resource."""
    return refusal(404, "NOT_FOUND", "The requested resource does not exist")


def query_timeout() -> Answer:
    """400 of a query that took two minutes."""
    return refusal(400, "QUERY_TIMEOUT", "Your query request was running for too long.")


def server_unavailable() -> Answer:
    """503, as during maintenance."""
    return refusal(503, "SERVER_UNAVAILABLE", "server temporarily unavailable")


def bad_gateway() -> Answer:
    """502 of a proxy before Salesforce: HTML, not JSON."""
    return Answer(502, PAGE_HTML)
