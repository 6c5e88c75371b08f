"""The token and the persons behind the contacts appear nowhere: no file, no message, no traceback, no repr."""

import traceback
from pathlib import Path

import pytest

from lead_sla.crm.errors import PullError
from lead_sla.crm.hubspot.objects import DEALS, contacts
from lead_sla.crm.pulling import connect
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import load_settings
from tests.support.command_line import lead_sla
from tests.support.hubspot.refusals import expired_token, rate_limited, refusal
from tests.support.hubspot.server import TOKEN
from tests.support.pulls import account

PERSONAL = ("Zephyrine", "quillhaven")
NEVER_ASKED = ("name", "mail", "phone", "address", "city", "birth")


def everything_below(home: Path) -> str:
    return "\n".join(path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "answer",
    [None, expired_token(), rate_limited("DAILY"), refusal(400, f"Bad header Bearer {TOKEN}")],
    ids=["none", "expired", "daily", "echo"],
)
def test_no_output_and_no_file_contains_the_token_or_a_person(tmp_path: Path, answer: object) -> None:
    with account(tmp_path) as fake:
        if answer is not None:
            fake.server.faults.answer_from(5, answer)  # type: ignore[arg-type]
        (tmp_path / "feeds.yml").write_text("feeds:\n  - name: hubspot\n    source: hubspot\n    segment: region\n")
        environment = {"LEAD_SLA_HUBSPOT_TOKEN": TOKEN, "LEAD_SLA_HUBSPOT_URL": fake.server.url}
        settings = load_settings(home=tmp_path, feeds=tmp_path / "feeds.yml")
        result = lead_sla(settings, "pull", **environment)
        assert result.returncode == (0 if answer is None else 1), result.stderr
        shown = result.stdout + result.stderr + everything_below(tmp_path)
        assert not [word for word in (TOKEN, *PERSONAL) if word in shown]
        assert fake.rows("contacts")


def test_no_traceback_contains_the_token(tmp_path: Path) -> None:
    with account(tmp_path) as fake:
        fake.server.faults.answer_from(3, refusal(400, f"Bad header Bearer {TOKEN}"))
        with pytest.raises(PullError) as failed:
            fake.pull()
        shown = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
        assert TOKEN not in shown


def test_a_token_that_no_header_can_carry_is_not_quoted(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, hubspot_token="pat-na1 confidential\n")  # noqa: S106 - opens nothing
    with pytest.raises(PullError, match="LEAD_SLA_HUBSPOT_TOKEN contains spaces") as failed:
        connect(settings, CrmSource("hubspot", "hubspot"))
    assert "confidential" not in str(failed.value)
    assert "confidential" not in repr(settings)


def test_a_server_that_cannot_be_reached(tmp_path: Path) -> None:
    with account(tmp_path) as fake:
        gone = fake.server.url
    fake.server.url = gone
    with pytest.raises(PullError, match=r"cannot be reached \(ConnectionError.*LEAD_SLA_HUBSPOT_URL") as failed:
        fake.pull()
    assert TOKEN not in str(failed.value)


def test_only_what_is_needed_is_asked_for(tmp_path: Path) -> None:
    with account(tmp_path) as fake:
        fake.pull()
        asked = {name for request in fake.server.requests for name in request.names("properties")}
    assert asked <= {*contacts("region").properties, *DEALS.properties}
    assert not [name for name in asked if any(word in name for word in NEVER_ASKED)]


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with account(tmp_path) as fake:
        answer = refusal(302, "moved")
        answer.headers["Location"] = "http://127.0.0.1:9/elsewhere"
        fake.server.faults.answer(2, answer)
        with pytest.raises(PullError, match="was answered with 302"):
            fake.pull()
