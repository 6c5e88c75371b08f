"""How the failing rows of a data test are described."""

from pathlib import Path

from lead_sla.settings import load_settings
from lead_sla.transform import explaining
from lead_sla.transform.explaining import AUDIT, MOSTLY_QUARANTINED, UNKNOWN_CODES, store_failures
from tests.support.small_seeds import STAGES, TYPES, write_seeds

CODES = """
    select * from (values
        ('lead_events', 'gated_video', 1200), ('deal_events', 'legal', 1), ('lead_events', 'fax', 3)
    ) as codes (kind, code, quarantined_rows)
"""


def test_unknown_codes_are_lines_for_their_seeds(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, seeds=write_seeds(tmp_path / "seeds"))
    described = store_failures(settings, explaining.Test("", "", "", f"{AUDIT}.{UNKNOWN_CODES}"), CODES, 3)
    assert described.split("\n") == [
        "",
        f"Lines for {settings.seeds / TYPES} (gated_video 1,200 rows, fax 3 rows):",
        "gated_video,Gated video,,0,false",
        "fax,Fax,,0,false",
        f"Lines for {settings.seeds / STAGES} (legal 1 row):",
        "legal,Legal,open,40",
    ]


FEEDS = """
    select 'crm' as feed, 40::hugeint, 41::hugeint, 'unknown_currency', 38, 'not in exchange_rates.csv', 'add the rate',
        'XTS', 'crm/deals.csv', 2
"""


def test_feeds_of_which_most_events_are_quarantined_have_a_line_each_with_the_remedy(tmp_path: Path) -> None:
    test = explaining.Test("", "", "", f"{AUDIT}.{MOSTLY_QUARANTINED}")
    assert store_failures(load_settings(home=tmp_path), test, FEEDS, 1) == (
        "\nFeed crm: 40 of 41 events in quarantine, 38 of them as unknown_currency (not in exchange_rates.csv), such "
        "as XTS on line 2 of crm/deals.csv. To do: add the rate."
    )


def test_other_failing_rows_are_shown_as_they_are(tmp_path: Path) -> None:
    test = explaining.Test("", "", "", f"{AUDIT}.assert_something")
    described = store_failures(
        load_settings(home=tmp_path), test, "select 'web' as feed, null as line from range(4)", 4
    )
    assert described == (
        f"4 rows fail, stored in the table {AUDIT}.assert_something of the warehouse: feed=web; feed=web; feed=web."
    )


def test_a_rule_is_shown_without_what_its_query_returns() -> None:
    header = (
        "{#- Every row lands once.\nReturns a row per feed in which the counts differ; if it fails, rows were lost. "
        "Remedy: land them. -#}\nselect 1"
    )
    node = {
        "raw_code": header,
        "path": "assert_x.sql",
        "description": "",
        "alias": "assert_x",
        "attached_node": None,
        "column_name": None,
    }
    test = explaining.describe_test({"nodes": {"test.x": node}}, "test.x")
    assert (test.rule, test.subject) == ("Every row lands once. If it fails, rows were lost.", "")
    assert test.remedy == "land them."


def test_fractions_of_failing_rows_are_cut_to_what_matters(tmp_path: Path) -> None:
    query = (
        "select 766792.1802376354::double as value, (0.1 + 0.2)::double as rate, 1234567.5::decimal(18, 2) as amount"
    )
    test = explaining.Test("", "", "", f"{AUDIT}.assert_something")
    described = store_failures(load_settings(home=tmp_path), test, query, 1)
    assert described.endswith(": value=766792.18, rate=0.3, amount=1234567.50.")
