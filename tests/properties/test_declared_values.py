"""What a program writes in a declared format is read as what it was, and nothing else is read as something near it."""

from collections.abc import Iterator
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.inputs.date_formats import parse_format
from lead_sla.inputs.feed_options import ValueOptions
from lead_sla.landing.typed import MappedSource, typed_select
from tests.support.random_cases import try_cases

pytestmark = pytest.mark.property

EXAMPLES = try_cases(few=50, many=1000)
SIGNS = [(".", ","), (",", "."), (",", " "), (".", "'"), (".", None), (",", None)]
DAY_FORMATS = ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%b %d, %Y", "%d %B %Y", "%d-%m-%y"]
TIME_FORMATS = ["%d/%m/%Y %H:%M:%S", "%m/%d/%Y, %I:%M:%S %p", "%a %d %b %Y %H:%M:%S.%f", "%Y%m%d %H:%M:%S"]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set TimeZone = 'UTC'")
        yield opened


@EXAMPLES
@given(
    number=st.one_of(st.decimals(-(10**limit), 10**limit, places=3) for limit in (3, 13)),
    signs=st.sampled_from(SIGNS),
    form=st.sampled_from(["{}", "€ {}", "{} EUR", "US${}", "{} kr"]),
    suffix=st.sampled_from(["", "k", "M"]),
    is_grouped=st.booleans(),
)
def test_an_amount_is_what_was_written(
    connection: duckdb.DuckDBPyConnection,
    number: Decimal,
    signs: tuple[str, str | None],
    form: str,
    suffix: str,
    is_grouped: bool,
) -> None:
    decimal, thousands = signs
    exchanged = {".": decimal, ",": thousands or ""}
    plain = f"{number:,f}" if is_grouped else f"{number:f}"
    text = form.format("".join(exchanged.get(character, character) for character in plain) + suffix)
    found = read_amount(connection, text, ValueOptions(decimal=decimal, thousands=thousands))
    scaled = number * {"": 1, "k": 1000, "M": 1_000_000}[suffix]
    exact = scaled.quantize(Decimal("0.01"), ROUND_HALF_UP)
    # Three digits after the sign can be thousands where nothing says what stands between those.
    is_ambiguous = thousands is None and 1 <= abs(number) < 1000
    assert found == (exact if abs(exact) < 10**16 and not is_ambiguous else None)


@EXAMPLES
@given(
    moment=st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)),
    chosen=st.sampled_from(DAY_FORMATS + TIME_FORMATS),
    others=st.lists(st.sampled_from(DAY_FORMATS + TIME_FORMATS), max_size=3),
)
def test_a_date_is_what_was_written_in_the_first_format_that_fits(
    connection: duckdb.DuckDBPyConnection, moment: datetime, chosen: str, others: list[str]
) -> None:
    text = moment.strftime(chosen)
    formats = [chosen, *others]
    options = ValueOptions(dates=tuple(parse_format(one) for one in formats))
    expected = datetime.strptime(text, chosen)
    if chosen in DAY_FORMATS:
        assert read_moment(connection, text, options) == (None, expected.date())
    else:
        assert read_moment(connection, text, options) == (expected, None)


@EXAMPLES
@given(
    moment=st.datetimes(datetime(1973, 3, 4), datetime(2200, 1, 1)), unit=st.sampled_from(["unix", "unix_ms", "excel"])
)
def test_a_number_that_counts_time_is_that_moment(
    connection: duckdb.DuckDBPyConnection, moment: datetime, unit: str
) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    seconds = (moment - datetime(1970, 1, 1)).total_seconds()
    text = {
        "unix": f"{seconds:.3f}",
        "unix_ms": str(round(seconds * 1000)),
        "excel": repr((moment - datetime(1899, 12, 30)).total_seconds() / 86400),
    }[unit]
    is_day = unit == "excel" and moment.time() == time()
    found = read_moment(connection, text, ValueOptions(dates=(unit,)))
    assert found == ((None, moment.date()) if is_day else (moment, None))


def read_amount(connection: duckdb.DuckDBPyConnection, text: str, options: ValueOptions) -> Any:
    return type_row(connection, {"amount": "given", "occurred_at": "'2024-01-01'"}, text, options)[0]


def read_moment(connection: duckdb.DuckDBPyConnection, text: str, options: ValueOptions) -> tuple[Any, Any]:
    _, moment, day = type_row(connection, {"amount": "null", "occurred_at": "given"}, text, options)
    return moment, day


def type_row(
    connection: duckdb.DuckDBPyConnection, texts: dict[str, str], text: str, options: ValueOptions
) -> tuple[Any, ...]:
    texts = dict.fromkeys(["event_id", "deal_id", "lead_id", "stage", "currency"], "'1'") | texts
    source = MappedSource("(select $text as given)", texts, "null")
    typed = typed_select("deal_events", "UTC", source, options)
    return connection.execute(f"select amount, occurred_at, occurred_date from ({typed})", {"text": text}).fetchall()[0]
