"""Every setting, read from the environment (or `.env`) and validated once.

This module contains names, defaults and allowed values. The numeric rules of the metrics are dbt
vars in `dbt_project.yml` (see `orchestration/lead_sla/inputs/rules.py`).
"""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import available_timezones

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from lead_sla.errors import InputError

PACKAGED_PROJECT = Path(__file__).resolve().parent / "project"
# The dbt project, with starter seeds and feeds: in an installed package a folder of it, in a checkout the repository.
PROJECT_DIR = PACKAGED_PROJECT if PACKAGED_PROJECT.exists() else Path(__file__).resolve().parents[2]
PREFIX = "LEAD_SLA_"
ENV_FILE = ".env"  # of the folder that a command is run in
PAGE_FILE = "index.html"  # beside the mart, as is the workbook
WORKBOOK_FILE = "lead_sla.xlsx"
MEMORY = re.compile(r"^\d+(\.\d+)?\s?(MB|GB|TB|MiB|GiB|TiB)$")
CURRENCY = re.compile(r"^[A-Z]{3}$")
HOST = re.compile(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?$")

LINK = re.compile(r"^https?://[^\s/]+\S*$")
ADDRESS = re.compile(r"^[^@\s,<>]+@[^@\s,<>]+$")


def time_zones() -> set[str]:
    """The time zones of the IANA database. Debian also lists `localtime`, which DuckDB does not have."""
    return available_timezones() - {"localtime"}


AbsolutePath = Annotated[Path, AfterValidator(lambda path: path.expanduser().resolve())]


def _here(name: str) -> Callable[[], Path]:
    """By default a company is the folder that a command is run in; in a checkout that is the repository."""
    return lambda: Path.cwd() / name


def _require_address(text: str) -> str:
    if not ADDRESS.match(text):
        raise ValueError("is not an email address; use one such as sales@example.com, or several separated by commas")
    return text


def _split_addresses(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


Address = Annotated[str, AfterValidator(_require_address)]
Addresses = Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_split_addresses)]


class Settings(BaseSettings):
    """The settings of a company. Created once by `load_settings`, then passed down."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore")

    home: AbsolutePath = Field(
        default_factory=_here("data"), description="contains landing/, the warehouse and the published mart"
    )
    business_timezone: str = Field("UTC", description="IANA zone whose midnight ends the company's day")
    reporting_currency: str = Field("USD", description="ISO 4217 code of the currency that money is reported in")
    company: str | None = Field(
        None, description="name of the company, for the page, the workbook and emails; optional"
    )
    feeds: AbsolutePath = Field(default_factory=_here("feeds.yml"), description="maps files to the canonical feeds")
    seeds: AbsolutePath = Field(
        default_factory=_here("seeds"), description="contains reference/, targets/ and agreements/"
    )
    memory_limit: str = Field("4GB", description="DuckDB's memory limit")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="DuckDB's threads")
    temp_directory: AbsolutePath | None = Field(None, description="where DuckDB spills; default <home>/tmp")
    page_url: str | None = Field(None, description="address of the page, for links; default its file:// address")
    mail_host: str | None = Field(None, description="SMTP server; without one no email is sent")
    mail_port: int = Field(587, ge=1, le=65535, description="the SMTP server's port")
    mail_security: Literal["starttls", "tls", "none"] = Field("starttls", description="how the connection is secured")
    mail_user: str | None = Field(None, description="login at the SMTP server; optional")
    mail_password: SecretStr | None = Field(None, description="password of that login")
    mail_from: Address | None = Field(None, description="sender of emails")
    mail_sales: Addresses = Field((), description="recipients of the email for Sales, separated by commas")
    mail_marketing: Addresses = Field((), description="recipients of the email for Marketing")
    mail_executives: Addresses = Field((), description="recipients of the email for executives")
    mail_engineers: Addresses = Field((), description="recipients of alerts about failed refreshes, emails and alerts")
    hubspot_token: SecretStr | None = Field(None, description="token of a HubSpot service key or private app")
    hubspot_url: str = Field("https://api.hubapi.com", description="address of HubSpot's API")
    salesforce_domain: str | None = Field(None, description="host of Salesforce's My Domain: acme.my.salesforce.com")
    salesforce_client_id: str | None = Field(None, description="consumer key of an external client app in Salesforce")
    salesforce_client_secret: SecretStr | None = Field(None, description="consumer secret of that app")
    salesforce_private_key_file: AbsolutePath | None = Field(
        None, description="private key (PEM) of that app's certificate, instead of the secret"
    )
    salesforce_username: str | None = Field(None, description="user that the private key signs in")
    webhook_url: SecretStr | None = Field(None, description="Slack-compatible webhook that alerts are posted to")

    @field_validator("business_timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in time_zones():
            raise ValueError("is not an IANA time zone; use a name such as UTC, America/New_York or Europe/Berlin")
        return zone

    @field_validator("reporting_currency")
    @classmethod
    def _iso_currency(cls, code: str) -> str:
        if not CURRENCY.match(code):
            raise ValueError("is not an ISO 4217 code; use three capital letters such as USD or EUR")
        return code

    @field_validator("memory_limit")
    @classmethod
    def _memory_size(cls, size: str) -> str:
        if not MEMORY.match(size):
            raise ValueError("is not a size; use a number and a unit such as 4GB or 512MB")
        return size

    @field_validator("page_url", "hubspot_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and not LINK.match(url):
            raise ValueError("is not a web address; use one that begins with https:// or http://")
        return url

    @field_validator("salesforce_domain")
    @classmethod
    def _host(cls, domain: str | None) -> str | None:
        if domain is not None and not HOST.match(domain):
            raise ValueError("is not the name of a host; use the My Domain of the org, such as acme.my.salesforce.com")
        return domain

    @model_validator(mode="after")
    def _sender_known(self) -> Self:
        if self.mail_host is not None and self.mail_from is None:
            raise ValueError(f"{PREFIX}MAIL_HOST is set without {PREFIX}MAIL_FROM; set the sender of the emails")
        return self

    @property
    def rules(self) -> Path:
        """What the company sets otherwise than `dbt_project.yml`; may be missing."""
        return self.feeds.with_name("rules.yml")

    @property
    def landing_dir(self) -> Path:
        """The folder for the user's files."""
        return self.home / "landing"

    @property
    def warehouse_path(self) -> Path:
        """The database that only the pipeline opens."""
        return self.home / "warehouse.duckdb"

    @property
    def raw_dir(self) -> Path:
        """The events that have landed, as Parquet files; part of the warehouse."""
        return self.home / "warehouse_files"

    @property
    def published_dir(self) -> Path:
        """The published versions: `current` links to one of `versions/`."""
        return self.home / "published"

    @property
    def mart_path(self) -> Path:
        """The database that BI tools open."""
        return self.published_dir / "current" / "sla_mart.duckdb"

    @property
    def page_path(self) -> Path:
        """The page of the current version."""
        return self.published_dir / "current" / PAGE_FILE

    @property
    def alerts_path(self) -> Path:
        """Which alerts each channel has received."""
        return self.home / "alerts.json"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history and configuration."""
        return self.home / "dagster"

    @property
    def logs_dir(self) -> Path:
        """Logs of dbt and of the refresh."""
        return self.home / "logs"

    @property
    def cache_dir(self) -> Path:
        """Files that take long to create and rarely change; can be deleted at any time."""
        return self.home / "cache"

    @property
    def spill_dir(self) -> Path:
        """The folder for DuckDB's temporary files."""
        return self.temp_directory or self.home / "tmp"


def make_folder(path: Path, field: str) -> None:
    """Create the folder of a setting, or one in it.

    Raises:
        InputError: one sentence that names the setting, its value and what is wrong with it.
    """
    folder = f"{PREFIX}{field.upper()}: the folder {path}"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be created ({error.strerror}); use another folder.") from error
    if not os.access(path, os.W_OK):
        raise InputError(f"{folder} is not writable; change its permissions, or use another folder.")


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment; keyword arguments take precedence.

    Raises:
        InputError: one sentence for each wrong setting, which names it, its value and what is allowed, and file and
            line of what is in `.env`.
    """
    mistakes = [_place(name) + _unknown(name) for name in _misspelled()]
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise InputError("\n".join([*mistakes, *(_describe(one, overrides) for one in error.errors())])) from error
    if mistakes:
        raise InputError("\n".join(mistakes))
    return settings


def _misspelled() -> list[str]:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    given = dict.fromkeys((*os.environ, *dotenv_values(ENV_FILE)))
    return [name for name in given if name.startswith(PREFIX) and name not in known]


def _unknown(name: str) -> str:
    fields = [field.upper() for field in Settings.model_fields]
    near = difflib.get_close_matches(name.removeprefix(PREFIX), fields, n=1)
    if near:
        return f"{name} is not a setting; did you mean {PREFIX}{near[0]}?"
    return f"{name} is not a setting; the settings are {', '.join(sorted(PREFIX + field for field in fields))}."


def _place(name: str) -> str:
    """The line of `.env` that a setting comes from, for the beginning of a message; empty if it is from elsewhere."""
    if os.environ.get(name) or name not in dotenv_values(ENV_FILE):
        return ""
    lines = Path(ENV_FILE).read_text(encoding="utf-8").splitlines()
    given = re.compile(rf"\s*(export\s+)?'?{re.escape(name)}'?\s*=")
    numbers = [number for number, line in enumerate(lines, start=1) if given.match(line)]
    return f"{ENV_FILE}, line {numbers[-1]}: " if numbers else f"{ENV_FILE}: "


def _describe(problem: ErrorDetails, overrides: Mapping[str, Any]) -> str:
    reason = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return f"{reason}."
    field = str(problem["loc"][0])
    if problem["type"] != "value_error":
        reason = f"is not allowed; use {_allowed(field)}"
    name = PREFIX + field.upper()
    return f"{'' if field in overrides else _place(name)}{name}: {problem['input']!r} {reason}."


def _allowed(field: str) -> str:
    """What a setting with a range or a list of words may be, from its declaration."""
    info = Settings.model_fields[field]
    bounds = [getattr(limit, name) for limit in info.metadata for name in ("ge", "le") if hasattr(limit, name)]
    if bounds:
        return f"a whole number from {min(bounds)} to {max(bounds)}"
    return f"one of {', '.join(get_args(info.annotation))}"
