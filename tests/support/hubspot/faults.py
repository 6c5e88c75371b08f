"""Faults on demand: at the nth request, or from it on, of all requests or of those to one endpoint."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.refusals import expired_token, rate_limited

DROPPED = Answer(0, "")  # no answer: the connection ends


@dataclass(frozen=True)
class _Planned:
    number: int
    endpoint: str | None
    is_lasting: bool
    answer: Answer | None = None
    rows: int | None = None
    repeats_cursor: bool = False
    cuts_off: bool = False

    def holds(self, request: Request) -> bool:
        if self.endpoint not in {None, request.endpoint}:
            return False
        number = request.number if self.endpoint is None else request.nth
        return number == self.number or (self.is_lasting and number > self.number)


class Faults:
    """What goes wrong, and when. Numbers count from 1, or from the last `Server.forget`.

    Endpoints: `list contacts`, `search contacts`, `read contacts`, the same of deals, `associations`, `stages`,
    `usage`, `details` and `property`.
    """

    def __init__(self) -> None:
        """Begin without faults."""
        self.on_request: Callable[[Request], None] | None = None  # before each answer: may edit, kill or raise
        self._planned: list[_Planned] = []

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        self.on_request = None
        self._planned.clear()

    def answer(self, number: int, answer: Answer, endpoint: str | None = None, *, times: int = 1) -> None:
        """Give this answer instead, to the nth request and so many in all."""
        self._planned += [_Planned(number + more, endpoint, False, answer) for more in range(times)]

    def answer_from(self, number: int, answer: Answer, endpoint: str | None = None) -> None:
        """Give this answer instead, to the nth request and all after it."""
        self._planned.append(_Planned(number, endpoint, True, answer))

    def expire_token(self, number: int) -> None:
        """The token expires before the nth request."""
        self.answer_from(number, expired_token())

    def reach_daily_limit(self, number: int) -> None:
        """The day's calls are used up before the nth request."""
        self.answer_from(number, rate_limited("DAILY"))

    def drop(self, number: int, endpoint: str | None = None) -> None:
        """End the connection without an answer."""
        self.answer(number, DROPPED, endpoint)

    def cut_off(self, number: int, endpoint: str | None = None) -> None:
        """End the connection in the middle of the answer."""
        self._planned.append(_Planned(number, endpoint, False, cuts_off=True))

    def shorten_page(self, number: int, rows: int, endpoint: str | None = None) -> None:
        """Give fewer rows than asked for, with a cursor as usual."""
        self._planned.append(_Planned(number, endpoint, False, rows=rows))

    def repeat_cursor(self, number: int, endpoint: str | None = None) -> None:
        """Give the cursor of the request as that of the next page."""
        self._planned.append(_Planned(number, endpoint, False, repeats_cursor=True))

    def before(self, request: Request) -> Answer | None:
        """What a request meets before it is answered."""
        if self.on_request is not None:
            self.on_request(request)
        holding = [one for one in self._planned if one.holds(request)]
        request.rows = next((one.rows for one in holding if one.rows is not None), None)
        return next((one.answer for one in holding if one.answer is not None), None)

    def after(self, request: Request, answer: Answer) -> None:
        """What becomes of an answer."""
        answer.is_cut_off = any(one.cuts_off and one.holds(request) for one in self._planned)
        if any(one.repeats_cursor and one.holds(request) for one in self._planned):
            assert isinstance(answer.body, dict)
            cursor = request.body.get("after") or request.query.get("after")
            assert cursor, f"request {request.number} has no cursor to repeat"
            answer.body["paging"] = {"next": {"after": cursor}}
