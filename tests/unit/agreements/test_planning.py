"""`lead-sla plan`: the worked cases W1 to W6, and the cheapest change of mix."""

import itertools
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lead_sla.agreements.planning import LeadType, cheapest_change, split, whole_leads
from lead_sla.cli.main import app
from lead_sla.settings import Settings, load_settings
from tests.support.small_mart import change_mart, publish_mart

MIXED = {"demo": (25, 0.10), "whitepaper": (75, 0.01)}
FIVE_PERCENT = {"demo": (40, 0.05)}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LEAD_SLA_HOME", str(tmp_path))
    return load_settings()


def plan(*options: str, period: str = "2026-03", code: int = 0) -> str:
    result = CliRunner().invoke(app, ["plan", "--period", period, *options])
    assert result.exit_code == code, result.output
    return result.output


def cells(text: str, event_type: str) -> list[str]:
    return next(cell for line in text.splitlines() if (cell := re.split(r"\s{2,}", line.strip()))[0] == event_type)


def test_W1_a_close_rate_of_10_percent_is_10_points_and_1_percent_is_1(settings: Settings) -> None:
    publish_mart(settings, MIXED)
    text = plan("--customers", "20")
    assert cells(text, "demo") == ["demo", "25.0 %", "10.00 %", "10", "154"]
    assert cells(text, "whitepaper") == ["whitepaper", "75.0 %", "1.00 %", "1", "462"]


def test_W2_20_customers_in_may_with_a_sales_cycle_of_2_months_need_400_leads_in_march(settings: Settings) -> None:
    publish_mart(settings, FIVE_PERCENT)
    text = plan("--customers", "20", "--sales-cycle-months", "2", period="2026-05")
    assert "20 customers in 2026-05 need in 2026-03: 400 leads" in text
    assert "Card and mix are those of 2026-03." in text


def test_W3_the_mix_is_weighted_and_20_customers_need_616_leads(settings: Settings) -> None:
    publish_mart(settings, MIXED)
    assert "need: 616 leads" in plan("--customers", "20")
    assert "19.99 customers are expected. The cheapest" in plan("--customers", "20", "--leads", "615")
    assert "20.02 customers are expected: enough" in plan("--customers", "20", "--leads", "616")


@pytest.mark.parametrize("mix", [MIXED, FIVE_PERCENT])
def test_W4_20_customers_are_2000_points_whatever_the_mix(
    settings: Settings, mix: dict[str, tuple[int, float]]
) -> None:
    publish_mart(settings, mix)
    assert " leads, 2,000 points, a value of 400,000 USD." in plan("--customers", "20")


def test_W5_7_customers_at_5_percent_need_140_leads(settings: Settings) -> None:
    publish_mart(settings, FIVE_PERCENT)
    assert "7 customers in 2026-03 need: 140 leads" in plan("--customers", "7")


def test_W6_400000_of_revenue_of_which_60_percent_is_marketings(settings: Settings) -> None:
    publish_mart(settings, FIVE_PERCENT, deal_value=None)
    text = plan("--revenue", "400000", "--marketing-share", "0.6", "--deal-value", "20000")
    assert "12 customers in 2026-03 need: 240 leads, 1,200 points, a value of 240,000 USD." in text


def test_a_month_that_the_mart_does_not_cover_takes_the_latest_card_and_a_remark(settings: Settings) -> None:
    publish_mart(settings, FIVE_PERCENT)
    text = plan("--customers", "20", period="2026-12")
    assert "does not cover 2026-12 yet: card and mix are those of 2026-03, its latest month." in text
    assert "400 leads" in text


def test_the_last_whole_month_of_the_segment_is_what_a_change_of_mix_starts_from(settings: Settings) -> None:
    publish_mart(settings, MIXED)
    change_mart(
        settings,
        "insert into fct_sla_daily values ('leads_all', '2026-02-01', 'demo', 60), "
        "('leads_all', '2026-02-28', 'whitepaper', 40), ('leads_all', '2026-03-01', 'demo', 1000), "
        "('points_emea', '2026-02-02', 'demo', 1000), ('leads_all', '2026-01-31', 'demo', 1000)",
    )
    text = plan("--customers", "4", period="2026-12")
    # 100 leads expect 25 x 10 % + 75 x 1 %; each one moved adds 9 %, and 0.75 customers are missing.
    assert "With the 100 leads of 2026-02 at this mix, 3.25 customers are expected." in text
    assert "turn 9 of whitepaper into demo." in text
    assert "even if all of them were demo, 10.00 would be, and 11 are needed." in plan("--customers", "11")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--customers", "2", "--revenue", "5"), "exactly one of --customers and --revenue"),
        ((), "exactly one of --customers and --revenue"),
        (("--customers", "2", "--segment", "apac"), "No lead has the segment 'apac'. Available segments: all."),
        (("--customers", "inf"), "Invalid value for '--customers'"),
        (("--revenue", "inf"), "Invalid value for '--revenue'"),
        (("--customers", "2", "--deal-value", "inf"), "Invalid value for '--deal-value'"),
        (("--revenue", "5"), "The rate card has no deal value yet"),
        (("--customers", "2"), "whitepaper has no close rate"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_a_remedy(
    settings: Settings, options: tuple[str, ...], message: str
) -> None:
    publish_mart(settings, {"demo": (1, 0.1), "whitepaper": (1, None)}, deal_value=None)
    assert message in plan(*options, code=2)


def test_a_month_before_the_first_and_an_older_mart_are_refused(settings: Settings) -> None:
    publish_mart(settings, MIXED)
    assert "2026-02 is before 2026-03, the first month" in plan("--customers", "2", period="2026-02", code=2)
    change_mart(settings, "drop table fct_lead_mixes")
    assert "no table fct_lead_mixes yet. Run `lead-sla refresh`" in plan("--customers", "2", code=2)


def test_the_change_of_mix_is_the_smallest_of_all() -> None:
    rates = {"demo": 0.18, "trial": 0.07, "ebook": 0.01}
    for counts in itertools.product(range(4), repeat=3):
        leads = dict(zip(rates, counts, strict=True))
        for wanted in (0.1, 0.3, 0.54, 0.9):
            # Every way to hand the same number of leads to the types, by how many leads it moves.
            reaching = [
                sum(max(0, before - now) for before, now in zip(counts, other, strict=True))
                for other in itertools.product(range(sum(counts) + 1), repeat=3)
                if sum(other) == sum(counts)
                and sum(n * rate for n, rate in zip(other, rates.values(), strict=True)) >= wanted - 1e-9
            ]
            expected = sum(count * rates[event_type] for event_type, count in leads.items())
            change = cheapest_change(leads, rates, expected, wanted)
            assert change.is_enough == bool(reaching)
            if reaching:
                assert sum(move.leads for move in change.moves) == min(reaching)


def test_whole_leads_by_type_add_up_at_any_number() -> None:
    mix = (LeadType("a", 1, 1 / 3, 0.1), LeadType("b", 1, 1 / 3, 0.1), LeadType("c", 1, 1 / 3, 0.1))
    assert split(100, mix) == {"a": 34, "b": 33, "c": 33}
    assert all(sum(split(leads, mix).values()) == leads for leads in range(50))
    assert (whole_leads(20, 0.05), whole_leads(20, None), whole_leads(20, 0.0)) == (400, None, None)
