"""A wrong setting stops a command with one sentence that names it, wherever it was given."""

from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.settings import load_settings
from lead_sla.warehouse import connect, hold_lock

MISTAKES = [
    (
        "BUSINESS_TIMEZONE",
        "Berlin",
        "is not an IANA time zone; use a name such as UTC, America/New_York or Europe/Berlin.",
    ),
    ("BUSINESS_TIMEZONE", "localtime", "is not an IANA time zone; use a name such as"),
    ("REPORTING_CURRENCY", "usd", "is not an ISO 4217 code; use three capital letters such as USD or EUR."),
    ("MEMORY_LIMIT", "4", "is not a size; use a number and a unit such as 4GB or 512MB."),
    ("THREADS", "0", "is not allowed; use a whole number from 1 to 256."),
    ("THREADS", "two", "is not allowed; use a whole number from 1 to 256."),
    ("THREADS", "1.5", "is not allowed; use a whole number from 1 to 256."),
    ("MAIL_PORT", "smtp", "is not allowed; use a whole number from 1 to 65535."),
    ("MAIL_SECURITY", "ssl", "is not allowed; use one of starttls, tls, none."),
    ("MAIL_SALES", "sam", "'sam' is not an email address"),
    ("PAGE_URL", "intranet/sla", "is not a web address; use one that begins with https:// or http://."),
]


@pytest.mark.parametrize(("name", "value", "message"), MISTAKES)
def test_a_wrong_value_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"LEAD_SLA_{name}", value)
    with pytest.raises(InputError) as raised:
        load_settings()
    assert str(raised.value).startswith(f"LEAD_SLA_{name}: {value!r} is not ")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_every_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAD_SLA_THREADS", "two")
    monkeypatch.setenv("LEAD_SLA_REPORTING_CURRENCY", "usd")
    with pytest.raises(InputError) as caught:
        load_settings()
    names = [line.partition(":")[0] for line in str(caught.value).splitlines()]
    assert names == ["LEAD_SLA_REPORTING_CURRENCY", "LEAD_SLA_THREADS"]


def test_a_name_that_is_misspelled_in_the_file_is_not_overlooked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("LEAD_SLA_TIMEZONE=Europe/Berlin\n\nLEAD_SLA_COLOR=red\nLEAD_SLA_THREADS=many\n")
    monkeypatch.setenv("LEAD_SLA_MAIL_PORT", "0")
    with pytest.raises(InputError) as raised:
        load_settings()
    timezone, color, threads, port = sorted(str(raised.value).splitlines(), key=lambda line: line[:12])
    assert timezone == ".env, line 1: LEAD_SLA_TIMEZONE is not a setting; did you mean LEAD_SLA_BUSINESS_TIMEZONE?"
    assert color.startswith(".env, line 3: LEAD_SLA_COLOR is not a setting; the settings are LEAD_SLA_BUSINESS_TIMEZON")
    assert threads == ".env, line 4: LEAD_SLA_THREADS: 'many' is not allowed; use a whole number from 1 to 256."
    assert port == "LEAD_SLA_MAIL_PORT: '0' is not allowed; use a whole number from 1 to 65535."


def test_a_value_of_the_environment_is_not_that_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("LEAD_SLA_THREADS=2\n")
    monkeypatch.setenv("LEAD_SLA_THREADS", "many")
    with pytest.raises(InputError, match=r"^LEAD_SLA_THREADS: 'many' is not allowed"):
        load_settings()


def test_the_file_may_hold_what_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("AWS_REGION=eu-central-1\nLEAD_SLA_BUSINESS_TIMEZONE=Europe/Berlin\n")
    assert load_settings().business_timezone == "Europe/Berlin"


def test_a_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "home"
    message = f"LEAD_SLA_HOME: the folder {place} cannot be created (Not a directory); use another folder."
    with pytest.raises(InputError) as raised, hold_lock(load_settings(home=place), "a test"):
        pass
    assert str(raised.value) == message
    with pytest.raises(InputError, match=r"LEAD_SLA_HOME: .*/dagster cannot be created"):
        prepare_dagster_home(load_settings(home=place))
    with pytest.raises(InputError, match=r"LEAD_SLA_TEMP_DIRECTORY: .*/file/home cannot be created"):
        connect(load_settings(home=tmp_path, temp_directory=place))
