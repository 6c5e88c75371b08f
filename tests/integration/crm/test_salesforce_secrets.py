"""The secrets and the persons behind leads appear nowhere: no file, no message, no traceback, no repr."""

import traceback
from pathlib import Path

import pytest

from lead_sla.crm.errors import PullError
from lead_sla.crm.pulling import connect
from lead_sla.crm.salesforce.objects import READ
from lead_sla.errors import InputError
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings, load_settings
from tests.support.command_line import lead_sla
from tests.support.salesforce.exchange import Answer
from tests.support.salesforce.logins import CLIENT_SECRET
from tests.support.salesforce.refusals import limit_exceeded, refusal, refused_login
from tests.support.salesforce_pulls import SEGMENT, Org, org

PERSONAL = ("Zephyrine", "quillhaven")
NEVER_ASKED = ("name", "mail", "phone", "street", "city", "birth")
FEEDS = f"feeds:\n  - name: salesforce\n    source: salesforce\n    segment: {SEGMENT}\n"

TOKEN = "00D5g0000fake001!AQEAQ.fakeAccessToken.000001"  # noqa: S105 - the first one of the fake
ECHOES = {
    "queryAll Lead": refusal(400, "MALFORMED_QUERY", f"Bad header Bearer {TOKEN}"),
    "token": refused_login("invalid_client", f"not valid: {CLIENT_SECRET}"),
}


def everything_below(home: Path) -> str:
    return "\n".join(path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file())


def environment(fake: Org) -> dict[str, str]:
    server = fake.server
    given = {"DOMAIN": f"{server.domain}.salesforce.com", "CLIENT_ID": server.client_id, "CLIENT_SECRET": CLIENT_SECRET}
    return {**{f"LEAD_SLA_SALESFORCE_{name}": value for name, value in given.items()}, **server.environment}


def tokens(fake: Org) -> list[str]:
    return [*fake.server.logins.handed_out, "AQEAQ.fakeAccessToken"]


@pytest.mark.parametrize(
    ("endpoint", "answer"),
    [
        (None, None),
        ("queryAll Contact", limit_exceeded()),
        ("queryAll Contact", refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")),
        ("queryAll Lead", ECHOES["queryAll Lead"]),
        ("token", ECHOES["token"]),
    ],
    ids=["none", "limit", "expired", "echo", "login"],
)
def test_no_output_and_no_file_contains_a_secret_or_a_person(
    tmp_path: Path, endpoint: str | None, answer: Answer | None
) -> None:
    with org(tmp_path) as fake:
        if answer is not None:
            fake.server.faults.answer_from(1, answer, endpoint)
        (tmp_path / "feeds.yml").write_text(FEEDS)
        settings = load_settings(home=tmp_path, feeds=tmp_path / "feeds.yml")
        result = lead_sla(settings, "pull", **environment(fake))
        assert result.returncode == (0 if answer is None else 1), result.stderr
        shown = result.stdout + result.stderr + everything_below(tmp_path)
        assert not [word for word in (*tokens(fake), CLIENT_SECRET, *PERSONAL) if word in shown]
        assert bool(fake.rows("leads")) == (endpoint in {None, "queryAll Contact"})


@pytest.mark.parametrize("endpoint", list(ECHOES))
def test_no_traceback_contains_a_secret(tmp_path: Path, endpoint: str) -> None:
    with org(tmp_path) as fake:
        fake.server.faults.answer(1, ECHOES[endpoint], endpoint)
        with pytest.raises(PullError) as failed:
            fake.pull()
        shown = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
        assert not [word for word in (*tokens(fake), CLIENT_SECRET) if word in shown]


def test_a_private_key_signs_in(tmp_path: Path) -> None:
    with org(tmp_path) as fake:
        key = {"salesforce_private_key_file": fake.server.private_key_file, "salesforce_username": fake.server.username}
        settings = fake.settings.model_copy(update={**key, "salesforce_client_secret": None})
        assert list(connect(settings, fake.source, fake.clock).find_problems(fake.source)) == []
        (tmp_path / "key.pem").write_text("SECRET KEY")
        broken = settings.model_copy(update={"salesforce_private_key_file": tmp_path / "key.pem"})
        (problem,) = connect(broken, fake.source, fake.clock).find_problems(fake.source)
        assert "key.pem cannot be used to sign" in problem
        assert "SECRET KEY" not in problem


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "_DOMAIN and LEAD_SLA_SALESFORCE_CLIENT_ID and LEAD_SLA_SALESFORCE_CLIENT_SECRET are not set"),
        ({"salesforce_domain": "a.my.salesforce.com", "salesforce_client_id": "x"}, "_CLIENT_SECRET is not set"),
    ],
    ids=["none", "secret"],
)
def test_settings_that_are_missing(tmp_path: Path, given: dict[str, str], words: str) -> None:
    settings: Settings = load_settings(home=tmp_path, **given)
    with pytest.raises(InputError, match=words):
        connect(settings, CrmSource("salesforce", "salesforce"))


def test_only_what_is_needed_is_asked_for(tmp_path: Path) -> None:
    with org(tmp_path) as fake:
        fake.pull()
        queries = [request.soql for request in fake.server.requests if request.endpoint.startswith("queryAll")]
    asked = {name for soql in queries for name in soql.removeprefix("SELECT ").partition(" FROM")[0].split(", ")}
    assert asked <= {SEGMENT, *(name for one in READ for name in (*one.required, *one.optional))}
    assert not [name for name in asked - {"StageName", "ApiName"} if any(word in name.lower() for word in NEVER_ASKED)]


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with org(tmp_path) as fake:
        fake.server.faults.answer(3, Answer(302, [], {"Location": "https://localhost:9/elsewhere"}))
        with pytest.raises(PullError, match="was answered with 302"):
            fake.pull()
