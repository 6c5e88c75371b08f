"""`lead-sla status`: what a person and a program get."""

import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from lead_sla.cli.status import to_json, to_table
from lead_sla.errors import InputError
from lead_sla.formatting import show_age, show_number, show_percent, show_rate
from lead_sla.mart.status import read_status
from lead_sla.publishing import publish, rollback
from lead_sla.settings import Settings, load_settings
from tests.support.small_warehouse import AS_OF, change_warehouse, fill_warehouse, publish_run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def shown(settings: Settings, now: datetime, **console: object) -> str:
    out = Console(**{"file": io.StringIO(), "width": 200} | console)
    out.print(to_table(read_status(settings), now))
    return out.file.getvalue()


NOW = datetime(2026, 5, 21, 16, 1, tzinfo=UTC)


def test_before_the_first_refresh_the_remedy_is_named(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"Nothing is published yet at .*sla_mart\.duckdb\. Run `lead-sla refresh`"):
        read_status(settings)


def test_a_mart_of_another_release_is_reported_with_the_remedy(settings: Settings) -> None:
    publish_run(settings, 1)
    settings.mart_path.chmod(0o644)
    with duckdb.connect(str(settings.mart_path)) as mart:
        mart.execute("drop table rpt_restatements")
    with pytest.raises(
        InputError, match=r"by another release .*rpt_restatements does not exist! Run `lead-sla refresh`"
    ):
        read_status(settings)


def test_every_sla_is_read_from_the_published_mart_and_not_from_the_warehouse(settings: Settings) -> None:
    publish_run(settings, 1)
    change_warehouse(settings, "drop schema marts cascade")
    report = read_status(settings)
    assert [sla.sla_id for sla in report.slas] == ["money", "points", "volume"]
    volume = report.slas[2]
    assert (volume.actual_cumulative, volume.target_cumulative, volume.target) == (1234, 1000, 1560)
    assert (volume.attainment_rate, volume.required_per_remaining_weight) == (1.234, 29.6)
    assert (volume.pacing, volume.status, volume.period_start) == ("calendar_days", "ahead", date(2026, 5, 1))
    assert report.slas[0].target is None


def test_rejected_and_quarantined_rows_of_the_newest_landing_day_are_added_up_over_the_feeds(
    settings: Settings,
) -> None:
    publish_run(settings, 1)
    report = read_status(settings)
    # Quarantined: 6 and 1; 90 earlier ones and the 530 rejected before are not news. The deals won before their lead
    # are accepted rows, not quarantined ones.
    assert (report.rejected_rows, report.quarantined_rows) == (3, 7)


def cells(text: str) -> list[list[str]]:
    """The cells of the table's body; an SLA takes two lines or more."""
    body = text.rsplit("─", 1)[1].split("Figures", 1)[0]
    return [re.split(r"\s{2,}", line.strip()) for line in body.splitlines() if line.strip()]


def test_the_table_shows_numbers_and_words(settings: Settings) -> None:
    publish_run(settings, 1)
    assert cells(shown(settings, NOW)) == [
        ["Value of leads", "1,234,568", "-", "-", "-", "-", "no target"],
        ["money, USD"],
        ["Points [EMEA]", "87.2", "100", "87.2 %", "9.5", "154", "at risk"],
        ["points", "a business"],
        ["day"],
        ["Leads, all regions", "1,234", "1,000", "123.4 %", "29.6", "1,560", "ahead"],
        ["volume", "a day"],
    ]


def test_a_narrow_terminal_cuts_no_figure(settings: Settings) -> None:
    fill_warehouse(settings, 1)
    publish_changed(
        settings,
        "update marts.rpt_sla_status set actual_cumulative = 12345678, target_cumulative = 23456789, "
        "target = 34567890, required_per_remaining_weight = 1234567, "
        "label = 'The value of the leads of Europe and the Middle East'",
    )
    text = shown(settings, NOW, width=80)
    figures = ("12,345,678", "23,456,789", "34,567,890", "1,234,567", "a business")
    assert [text.count(figure) for figure in figures] == [3, 3, 3, 3, 1]
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_table_shows_how_old_the_data_is_and_what_was_left_out(settings: Settings) -> None:
    publish_run(settings, 1)
    text = shown(settings, NOW)
    assert (
        "Figures up to the end of 2026-05-20 (UTC); refresh began 2026-05-21 06:01 UTC, 10 hours ago; "
        "last booking on 2026-05-20." in text
    )
    assert (
        "3 rows rejected, 7 quarantined on the newest landing day: the reasons are in the table rpt_data_quality."
        in text
    )


def test_the_last_line_names_the_version_and_a_newer_one_that_was_withdrawn(settings: Settings) -> None:
    publish_run(settings, 1)
    assert shown(settings, NOW).splitlines()[-1] == "Version run-1."
    publish_run(settings, 2)
    rollback(settings, log=lambda _: None)
    assert shown(settings, NOW).splitlines()[-1] == (
        "Version run-1; the newer version run-2 was withdrawn. To return to it, run "
        "`lead-sla publish --rollback --to run-2`."
    )


def test_a_status_has_a_color_and_text(settings: Settings) -> None:
    publish_run(settings, 1)
    text = shown(settings, NOW, force_terminal=True, color_system="standard")
    assert "\x1b[33mat risk" in text
    assert "\x1b[1;32mahead" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("no_target", "no target"),
        ("met", "met"),
        ("missed", "missed"),
        ("too_early", "too early to tell"),
        ("ahead", "ahead"),
        ("on_track", "on track"),
        ("at_risk", "at risk"),
        ("behind", "behind"),
    ],
)
def test_every_status_has_words_of_its_own(settings: Settings, status: str, words: str) -> None:
    fill_warehouse(settings, 1)
    publish_changed(settings, f"update marts.rpt_sla_status set status = '{status}'")
    assert [row[-1] for row in cells(shown(settings, NOW)) if len(row) > 2] == [words] * 3


def test_json_has_a_stable_shape(settings: Settings) -> None:
    publish_run(settings, 1)
    report = json.loads(to_json(read_status(settings)))
    slas = report.pop("slas")
    assert report == {
        "run_id": "run-1",
        "as_of_date": "2026-05-20",
        "business_timezone": "UTC",
        "published_at": "2026-05-21T06:01:00+00:00",
        "data_through": "2026-05-20",
        "rejected_rows": 3,
        "quarantined_rows": 7,
        "withdrawn_run_id": None,
        "restatements": [],
    }
    assert slas[1] == {
        "sla_id": "points",
        "label": "Points [EMEA]",
        "unit": "points",
        "currency": None,
        "segment": "emea",
        "pacing": "business_days",
        "period_start": "2026-05-01",
        "as_of_date": "2026-05-20",
        "actual_cumulative": 87.25,
        "target_cumulative": 100.0,
        "attainment_rate": 0.8725,
        "required_per_remaining_weight": 9.5,
        "made_per_weight": round(87.25 / (0.645 * 21), 2),
        "hit_probability": None,
        "target": 154.0,
        "status": "at_risk",
    }
    assert slas[0]["target"] is None


def test_a_quiet_company_has_no_booking_and_nothing_left_out(settings: Settings) -> None:
    fill_warehouse(settings, 1)
    change_warehouse(settings, "delete from marts.rpt_data_quality")
    publish_changed(settings, "delete from marts.fct_sla_daily")
    text = shown(settings, NOW)
    assert "nothing booked yet." in text
    assert "0 rows rejected, 0 quarantined." in text


def test_a_closed_month_that_moved_is_shown_with_its_size_and_reason(settings: Settings) -> None:
    fill_warehouse(settings, 1)
    change_warehouse(
        settings,
        """
        insert into marts.rpt_restatements
        select
            'volume', date '2026-04-18' + day::integer, 'actual', '2026-04-01', true, '2026-05-21 06:00:00',
            published_at, 5, 3.5, -1.5, 'unexplained'
        from range(1, 3) as days (day)
        cross join (values (timestamp '2026-05-21 07:00:00'), ('2026-04-30 07:00:00')) as publications (published_at)
        """,
    )
    publish(settings, "after", AS_OF, NOW.replace(hour=7), None)
    text = shown(settings, NOW)
    assert "Closed months that have moved this month; their days are in the table rpt_restatements:" in text
    assert "  unexplained, 2026-04: Leads, all regions 2 figures, -3" in text
    assert json.loads(to_json(read_status(settings)))["restatements"] == [
        {
            "sla_id": "volume",
            "label": "Leads, all regions",
            "period_start": "2026-04-01",
            "figure": "actual",
            "days": 2,
            "change": -3.0,
            "reasons": ["unexplained"],
            "currency": None,
        }
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"), (0.0, "0"), (-0.04, "0"), (12.0, "12"), (12.04, "12"), (12.34, "12.3"), (999.96, "1,000"),
        (1234.5678, "1,235"), (1889.48, "1,889"), (-1234567.8, "-1,234,568"),
    ],
)  # fmt: skip
def test_numbers_are_shown_for_reading(value: float | None, text: str) -> None:
    assert show_number(value) == text


@pytest.mark.parametrize(
    ("ratio", "percent", "rate"),
    [
        (None, "-", "-"), (1.33, "133.0 %", "133.00 %"), (1.098, "109.8 %", "109.80 %"), (-0.0, "0.0 %", "0.00 %"),
        (12.345, "1,234.5 %", "1,234.50 %"), (0.00154, "0.2 %", "0.15 %"),
    ],
)  # fmt: skip
def test_percentages_are_shown_by_one_rule(ratio: float | None, percent: str, rate: str) -> None:
    assert (show_percent(ratio), show_rate(ratio)) == (percent, rate)


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=59), "less than a minute"), (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"), (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"), (timedelta(days=40), "40 days"),
    ],
)  # fmt: skip
def test_an_age_is_shown_in_its_largest_unit(age: timedelta, text: str) -> None:
    assert show_age(age) == text


def publish_changed(settings: Settings, sql: str) -> None:
    """Change the marts of run 1 and publish them."""
    change_warehouse(settings, sql)
    publish(settings, "changed", AS_OF, datetime(2026, 5, 21, 6, 1, tzinfo=UTC), None)
