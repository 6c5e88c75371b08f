"""Faults on demand: at the nth request, or from it on, of all requests or of those to one endpoint."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.salesforce.exchange import Answer, Request
from tests.support.salesforce.refusals import limit_exceeded

DROPPED = Answer(0, "")  # no answer: the connection ends


@dataclass(frozen=True)
class _Planned:
    number: int
    endpoint: str | None
    is_lasting: bool = False
    answer: Answer | None = None
    rows: int | None = None
    effect: Callable[[], None] | None = None
    has_no_next: bool = False

    def holds(self, request: Request) -> bool:
        if self.endpoint not in {None, request.endpoint}:
            return False
        number = request.number if self.endpoint is None else request.nth
        return number == self.number or (self.is_lasting and number > self.number)


class Faults:
    """What goes wrong, and when. Numbers count from 1, or from the last `Server.forget`.

    Endpoints: `token`, `query Lead`, `queryAll Lead`, `more Lead` (a later page), `describe Lead`, the same of other
    objects, `limits`, `recordCount`, `sobjects` and `versions`.
    """

    def __init__(self, expire_tokens: Callable[[], None], expire_queries: Callable[[], None]) -> None:
        """Begin without faults; both make what was handed out until now invalid."""
        self.on_request: Callable[[Request], None] | None = None  # before each answer: may edit, kill or raise
        self._expire_tokens, self._expire_queries = expire_tokens, expire_queries
        self._planned: list[_Planned] = []

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        self.on_request = None
        self._planned.clear()

    def answer(self, number: int, answer: Answer, endpoint: str | None = None, *, times: int = 1) -> None:
        """Give this answer instead, to the nth request and so many in all."""
        self._planned += [_Planned(number + more, endpoint, answer=answer) for more in range(times)]

    def answer_from(self, number: int, answer: Answer, endpoint: str | None = None) -> None:
        """Give this answer instead, to the nth request and all after it."""
        self._planned.append(_Planned(number, endpoint, True, answer))

    def expire_token(self, number: int, endpoint: str | None = None) -> None:
        """The tokens expire before the nth request; a new login gives another."""
        self._planned.append(_Planned(number, endpoint, effect=self._expire_tokens))

    def refuse_tokens(self, number: int) -> None:
        """No token is accepted from the nth request on, also none that a new login has given."""
        self._planned.append(_Planned(number, None, True, effect=self._expire_tokens))

    def expire_queries(self, number: int, endpoint: str | None = None) -> None:
        """The queries that have begun expire before the nth request."""
        self._planned.append(_Planned(number, endpoint, effect=self._expire_queries))

    def reach_limit(self, number: int) -> None:
        """The calls are used up before the nth request."""
        self.answer_from(number, limit_exceeded())

    def drop(self, number: int, endpoint: str | None = None) -> None:
        """End the connection without an answer."""
        self.answer(number, DROPPED, endpoint)

    def shorten_page(self, number: int, rows: int, endpoint: str | None = None) -> None:
        """Give fewer rows than a page has, with the address of the next one as usual."""
        self._planned.append(_Planned(number, endpoint, rows=rows))

    def lose_next(self, number: int, endpoint: str | None = None) -> None:
        """Say that there are more rows, without the address of the next page."""
        self._planned.append(_Planned(number, endpoint, has_no_next=True))

    def before(self, request: Request) -> Answer | None:
        """What a request meets before it is answered."""
        if self.on_request is not None:
            self.on_request(request)
        holding = [one for one in self._planned if one.holds(request)]
        for one in holding:
            if one.effect is not None:
                one.effect()
        request.rows = next((one.rows for one in holding if one.rows is not None), None)
        return next((one.answer for one in holding if one.answer is not None), None)

    def after(self, request: Request, answer: Answer) -> None:
        """What becomes of an answer."""
        if any(one.has_no_next and one.holds(request) for one in self._planned):
            assert not answer.body["done"], f"request {request.number} has no next page to lose"
            del answer.body["nextRecordsUrl"]
