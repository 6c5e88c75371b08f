"""Logins to the fake Salesforce, its tokens, and how it is reached."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
)

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.library import VERSION, by_key, by_secret, by_token
from tests.support.salesforce.logins import JWT_BEARER
from tests.support.salesforce.server import HOST, Server

# The library advises the user to approve the app.
NO_ADVICE = pytest.mark.filterwarnings(r"ignore:\s+If your connected app policy")


def problem(error: pytest.ExceptionInfo[Any]) -> dict[str, str]:
    (content,) = error.value.content
    return dict(content)


def test_the_private_key_logs_in_too(server: Server) -> None:
    assert by_key(server).limits()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_999}


@NO_ADVICE
@pytest.mark.parametrize(
    ("log_in", "others", "code", "words"),
    [
        (by_secret, {"consumer_key": "3MVGother"}, "invalid_client_id", "client identifier invalid"),
        (by_secret, {"consumer_secret": "other"}, "invalid_client", "invalid client credentials"),
        (by_key, {"consumer_key": "3MVGother"}, "invalid_client_id", "client identifier invalid"),
        (by_key, {"username": "other@acme.example"}, "invalid_grant", "user hasn't approved this consumer"),
        (by_key, {"domain": "login.other", "instance_url": "acme.my"}, "invalid_grant", "audience is invalid"),
    ],
    ids=["secret-client", "secret", "key-client", "user", "audience"],
)
def test_a_refused_login(
    server: Server, log_in: Callable[..., Salesforce], others: dict[str, str], code: str, words: str
) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        log_in(server, **others)
    assert (refused.value.code, refused.value.auth_message) == (code, words)


def test_a_signature_of_another_key_is_refused(server: Server, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "other.pem").write_bytes(key.private_bytes(*pem))
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        by_key(server, privatekey_file=str(tmp_path / "other.pem"))
    assert refused.value.auth_message == "invalid assertion"


@pytest.mark.parametrize(("minutes", "status"), [(3, 200), (-1, 400), (60, 400)])
def test_how_long_an_assertion_may_be_valid(server: Server, minutes: int, status: int) -> None:
    ends = server.company.now + timedelta(minutes=minutes)
    claims = {"iss": server.client_id, "sub": server.username, "aud": "https://login.salesforce.com", "exp": ends}
    form = {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, server.logins.private_key, "RS256")}
    assert requests.post(f"https://{HOST}/services/oauth2/token", data=form, timeout=5).status_code == status


@NO_ADVICE
def test_an_app_that_nobody_has_approved(server: Server) -> None:
    server.logins.has_approved = False
    for log_in, words in (
        (by_secret, "no client credentials user enabled"),
        (by_key, "user hasn't approved this consumer"),
    ):
        with pytest.raises(SalesforceAuthenticationFailed, match=words):
            log_in(server)


def test_a_token_is_valid_for_two_hours(client: Salesforce, server: Server, company: SalesforceCompany) -> None:
    session = by_token(server)
    company.pass_time(7_199)
    session.limits()
    company.pass_time(1)
    with pytest.raises(SalesforceExpiredSession) as refused:
        session.limits()
    assert problem(refused) == {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    server.forget()
    client.limits()
    log = [(request.endpoint, request.status) for request in server.requests]
    assert log == [("limits", 401), ("token", 200), ("limits", 200)], "the library logs in again by itself"


def test_the_log_has_no_secrets(client: Salesforce, server: Server) -> None:
    by_key(server).query("SELECT Id FROM Lead")
    (_, token) = server.logins.handed_out
    log = repr(server.requests)
    assert "query Lead" in log
    assert not any(secret in log for secret in (token, server.client_secret, "assertion"))


def test_the_server_has_an_address_of_its_own(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)
    form = {"grant_type": "client_credentials", "client_id": server.client_id, "client_secret": server.client_secret}
    token = requests.post(f"{server.url}/services/oauth2/token", data=form, timeout=5).json()
    assert token["instance_url"] == server.url
    direct = Salesforce(version=VERSION, session_id=token["access_token"], instance_url=token["instance_url"])
    assert direct.query("SELECT Id FROM Lead")["records"] == []


def test_nobody_else_is_reached_through_the_proxy(server: Server) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        requests.get("https://example.com/", timeout=5)


def test_no_token_is_good_enough(server: Server) -> None:
    server.faults.refuse_tokens(1)
    for _ in range(2):
        with pytest.raises(SalesforceExpiredSession):
            by_secret(server).limits()
