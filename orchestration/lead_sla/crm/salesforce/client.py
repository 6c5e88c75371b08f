"""Calls of Salesforce's REST API through `simple-salesforce`: the token, the limits and the retries.

The token is in the session's authentication alone, so that no error, log or repr contains it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import requests
from pydantic import SecretStr
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession
from simple_salesforce.util import Usage

from lead_sla.crm.clock import Clock
from lead_sla.crm.errors import DailyLimitError, MissingError, PullError
from lead_sla.crm.salesforce.refusals import DeadLocatorError, Refusal, to_error
from lead_sla.crm.salesforce.tokens import Credentials, unreachable
from lead_sla.crm.sessions import (
    ATTEMPTS,
    CUT_OFF,
    FIRST_WAIT,
    LATER,
    TIMEOUT_SECONDS,
    BearerToken,
    open_session,
)
from lead_sla.formatting import show_percent

API_VERSION = "68.0"
MOST_USED = 0.8  # of the calls of a day; the other integrations of the org need the rest
RESTARTS = 3
IN_SESSION = "in the session"

Row = dict[str, Any]
Result = TypeVar("Result")


class Org:
    """A connection to one org. Counts its calls, and keeps how many are left today."""

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        """Nothing is called yet."""
        self.calls = 0
        self.domain = credentials.domain
        self._credentials = credentials
        self._clock = clock
        self._auth = BearerToken(SecretStr(""))
        self._api: Salesforce | None = None
        self._usage: Usage | None = None

    @property
    def calls_left(self) -> int | None:
        """How many calls the org has left today."""
        return None if self._usage is None else max(0, self._usage.total - self._usage.used)

    def query(self, soql: str) -> list[Row]:
        """All rows of a query, those that were deleted too.

        Raises:
            PullError: they cannot be read, after every retry.
        """
        for _ in range(RESTARTS - 1):
            try:
                return self._read_pages(soql)
            except DeadLocatorError:
                continue  # with the first page
        return self._read_pages(soql)

    def describe(self, name: str) -> frozenset[str] | None:
        """The fields of an object that the user may see; None if there is no such object.

        Raises:
            PullError: it cannot be read, after every retry.
        """
        try:
            answer = self._call(lambda api, **options: api.restful(f"sobjects/{name}/describe", **options))
        except MissingError:
            return None
        return frozenset(str(field["name"]) for field in answer["fields"])

    def _read_pages(self, soql: str) -> list[Row]:
        rows: list[Row] = []
        page = self._page(lambda api, **options: api.query(soql, include_deleted=True, **options))
        while True:
            rows.extend(page["records"])
            if page["done"]:
                return rows
            following = page.get("nextRecordsUrl")
            if not following:
                raise PullError(
                    f"Salesforce gave {len(rows):,} of {page.get('totalSize')} rows, and not where the next ones are. "
                    f"{LATER} Rerun, and report it to Salesforce if it happens again. The query was: {soql[:200]}"
                )
            page = self._page(
                lambda api, url=following, **options: api.query_more(url, identifier_is_url=True, **options)
            )

    def _page(self, call: Callable[..., Any]) -> Row:
        page: Row = self._call(call)
        return page

    def _call(self, call: Callable[..., Result]) -> Result:
        """Make a call; a token that has expired is replaced once, and what passes is repeated."""
        self._require_calls()
        trouble, is_renewed = "", self._api is None
        api = self._api or self._sign_in()
        for attempt in range(ATTEMPTS):
            self.calls += 1
            try:
                result = call(api, timeout=TIMEOUT_SECONDS, allow_redirects=False)
            except SalesforceExpiredSession as error:
                if is_renewed:
                    raise to_error(Refusal.read(error, self._redact)) from None
                api, is_renewed = self._sign_in(), True
                continue
            except SalesforceError as error:
                refusal = Refusal.read(error, self._redact)
                if not refusal.is_concurrent:
                    raise to_error(refusal) from None
                trouble = refusal.describe()
            except (*CUT_OFF, requests.exceptions.JSONDecodeError) as error:
                trouble = f"the answer was cut off or is not JSON ({type(error).__name__})"
            except requests.RequestException as error:
                raise PullError(self._redact(unreachable(self.domain, error))) from None
            else:
                self._note_usage(api)
                return result
            self._clock.wait(FIRST_WAIT * 2**attempt)
        raise PullError(f"Salesforce did not answer {ATTEMPTS} times in a row: {trouble}. {LATER}")

    def _sign_in(self) -> Salesforce:
        token = self._credentials.fetch(self._clock)
        self._auth.token = token.value
        self._api = Salesforce(
            session_id=IN_SESSION,
            instance_url=token.instance_url,
            session=open_session(self._clock, self._auth),
            version=API_VERSION,
            parse_float=str,
            object_pairs_hook=dict,
        )
        return self._api

    def _note_usage(self, api: Salesforce) -> None:
        usage = api.api_usage.get("api-usage")
        if isinstance(usage, Usage):
            self._usage = usage

    def _require_calls(self) -> None:
        usage = self._usage
        if usage is not None and usage.used >= usage.total * MOST_USED:
            raise DailyLimitError(
                f"The org has used {usage.used:,} of its {usage.total:,} calls in the last 24 hours, and a pull leaves "
                f"{show_percent(1 - MOST_USED, 0)} of them to others. {LATER} Rerun tomorrow, or find which other "
                "integration uses up the calls."
            )

    def _redact(self, text: str) -> str:
        token = self._auth.token.get_secret_value()
        return text.replace(token, "***") if token else text
