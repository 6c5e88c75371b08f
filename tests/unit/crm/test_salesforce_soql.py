"""What queries find in the fake Salesforce, and how it refuses those that are wrong."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.salesforce.company import START, SalesforceCompany
from tests.support.salesforce.exchange import Answer, Request
from tests.support.salesforce.querying import Queries
from tests.support.salesforce.schema import DOUBLE, Field

PLACES = "abcdef"


@pytest.fixture(scope="module")
def queries() -> Queries:
    """Six leads, called a to f, a minute apart but for d, which was changed when c was."""
    company = SalesforceCompany()
    company.tables["Lead"].add_field("Score__c", Field(DOUBLE))
    values: tuple[dict[str, Any], ...] = (
        {"LeadSource": "Web", "Score__c": 1.5},
        {"LeadSource": "web", "Score__c": 20.0},
        {"LeadSource": "Partner's"},
        {"ConvertedDate": date(2026, 1, 4)},
        {"LeadSource": "back\\slash", "IsConverted": True, "ConvertedDate": date(2026, 1, 6)},
        {"IsDeleted": True},
    )
    for place, (name, some) in enumerate(zip(PLACES, values, strict=True)):
        company.add_lead(START + timedelta(minutes=min(place, 2) if place < 4 else place), LastName=name, **some)
    return Queries(company)


def ask(queries: Queries, soql: str, *, with_deleted: bool = False) -> Answer:
    request = Request(1, "GET", "", "", {"q": soql}, "68.0")
    return queries.begin(request, with_deleted=with_deleted)


def found(queries: Queries, rest: str, *, with_deleted: bool = False) -> str:
    answer = ask(queries, f"SELECT LastName FROM Lead {rest}", with_deleted=with_deleted)
    assert answer.status == 200, answer.body
    return "".join(record["LastName"] for record in answer.body["records"])


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("LeadSource = 'web'", "ab"),
        ("LeadSource != 'Web'", "cde"),
        ("LeadSource <> 'Web' AND LeadSource != null", "ce"),
        ("LeadSource = null", "d"),
        (r"LeadSource = 'partner\'s'", "c"),
        (r"LeadSource IN ('back\\slash', 'Web')", "abe"),
        ("LeadSource NOT IN ('Web')", "cde"),
        ("NOT LeadSource = 'Web'", "cde"),
        ("IsConverted = true", "e"),
        ("IsConverted = FALSE and (LeadSource = 'Web' or LeadSource = null)", "abd"),
        ("ConvertedDate > 2026-01-04", "e"),
        ("ConvertedDate >= 2026-01-04 AND ConvertedDate < 2026-01-06", "d"),
        ("Score__c > 1.5", "b"),
        ("Score__c <= 20", "ab"),
        ("SystemModstamp >= 2026-01-05T06:02:00Z", "cde"),
        ("SystemModstamp > 2026-01-05T06:02:00.000Z", "e"),
        ("SystemModstamp < 2026-01-05T07:02:00+01:00", "ab"),
        ("systemmodstamp = 2026-01-05T05:02:00-0100", "cd"),
        ("SystemModstamp > 2026-01-05T06:04:00Z OR (SystemModstamp = 2026-01-05T06:02:00Z AND LastName = 'd')", "d"),
        ("LastName = 'a' OR SystemModstamp >= 2026-01-05T06:04:00Z", "ae"),
    ],
)
def test_conditions(queries: Queries, where: str, expected: str) -> None:
    assert found(queries, f"where {where} order by SystemModstamp, LastName") == expected
    assert "".join(sorted(found(queries, f"where {where}"))) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("ORDER BY LastName DESC LIMIT 2", "ed"),
        ("ORDER BY SystemModstamp DESC, LastName DESC", "edcba"),
        ("ORDER BY ConvertedDate, LastName", "abcde"),
        ("ORDER BY ConvertedDate DESC NULLS LAST, LastName", "edabc"),
        ("LIMIT 0", ""),
    ],
)
def test_orders_and_limits(queries: Queries, rest: str, expected: str) -> None:
    assert found(queries, rest) == expected


def test_deleted_rows_are_in_a_query_of_all(queries: Queries) -> None:
    assert found(queries, "ORDER BY LastName", with_deleted=True) == PLACES
    assert ask(queries, "SELECT COUNT() FROM Lead", with_deleted=True).body["totalSize"] == 6
    assert ask(queries, "select count() from lead").body == {"totalSize": 5, "done": True, "records": []}


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id", "MALFORMED_QUERY", "unexpected token: <EOF>"),
        ("SELECT FROM Lead", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
        ("SELECT Id FROM Lead WHERE Id", "MALFORMED_QUERY", "unexpected token: <EOF>"),
        ("SELECT Id FROM Lead WHERE Status LIKE 'a%'", "MALFORMED_QUERY", "unexpected token: 'LIKE'"),
        ("SELECT Id FROM Lead LIMIT ten", "MALFORMED_QUERY", "unexpected token: 'ten'"),
        ("SELECT Id FROM Lead WHERE Status = 'a", "MALFORMED_QUERY", "no viable alternative at character '''"),
        ("SELECT Id FROM Lead WHERE Id = null AND Id = null OR Id = null", "MALFORMED_QUERY", "unexpected token: 'OR'"),
        ("SELECT Id, id FROM Lead", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE", "sObject type 'Nothing' is not supported."),
        ("SELECT Nothing FROM Lead", "INVALID_FIELD", "No such column 'Nothing' on entity 'Lead'."),
        ("SELECT Nothing.Id FROM Lead", "INVALID_FIELD", "Didn't understand relationship 'Nothing' in field path."),
        ("SELECT Id FROM LeadHistory ORDER BY SystemModstamp", "INVALID_FIELD", "No such column 'SystemModstamp'"),
        ("SELECT Id FROM LeadHistory WHERE NewValue = 'a'", "INVALID_FIELD", "'NewValue' can not be filtered"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > '2026-01-05'", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > 2026-01-05", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Lead WHERE ConvertedDate > 2026-01-05T00:00:00Z", "INVALID_FIELD", "must be of type date and"),
        ("SELECT Id FROM Lead WHERE Status = 1", "INVALID_FIELD", "must be of type string and should be enclosed"),
        ("SELECT Id FROM Lead WHERE Id > ''", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: "),
    ],
)
def test_refusals(queries: Queries, soql: str, code: str, words: str) -> None:
    answer = ask(queries, soql)
    assert answer.status == 400
    (problem,) = answer.body
    assert problem["errorCode"] == code
    assert words in problem["message"]
