"""`lead-sla propose` and `lead-sla agree`: what is proposed, what is written, and what is refused."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lead_sla.agreements.proposal import GoalLine, make_proposal
from lead_sla.agreements.signing import Agreement, agree
from lead_sla.cli.main import app
from lead_sla.errors import InputError
from lead_sla.settings import Settings, load_settings
from tests.support.small_mart import change_mart, publish_mart
from tests.support.small_seeds import CARD, PLAN, SEEDS, TARGETS, write_seed, write_seeds

MIX = {"demo_request": (25, 0.10), "whitepaper": (75, 0.0123)}
MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
TODAY = date(2026, 3, 21)  # the mart counts to the 20th


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LEAD_SLA_HOME", str(tmp_path))
    monkeypatch.setenv("LEAD_SLA_SEEDS", str(tmp_path / "seeds"))
    settings = load_settings()
    write_seeds(settings.seeds)
    publish_mart(settings, MIX, agreed=("demo_request",))
    return settings


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def agreed(settings: Settings, period: date = APRIL, today: date = TODAY, **changes: str | None) -> list[str]:
    stated = {"sla_id": "leads_all", "goal_basis": "custom", "amount": "450", "marketing": "Ada", "sales": "Sam"}
    return agree(settings, Agreement(**{"period": period, "reason": "Spring"} | stated | changes), today)


def content(settings: Settings, file: str) -> str:
    return (settings.seeds / file).read_bytes().decode()


def fill_totals(settings: Settings, totals: dict[str, float]) -> None:
    """Totals of leads_all by month; each is the last of two days, of which the first has half."""
    for month, total in totals.items():
        first = date.fromisoformat(month)
        days = ((first, total / 2), (min(first + timedelta(days=27), date(2026, 3, 20)), total))
        values = ", ".join(f"('leads_all', '{day}', '{month}', {value})" for day, value in days)
        change_mart(settings, f"insert into fct_sla_daily_cumulative values {values}")
    change_mart(settings, "insert into fct_sla_daily_cumulative values ('leads_all', '2026-03-31', '2026-03-01', null)")


def goals(settings: Settings, period: date) -> dict[str, GoalLine]:
    return {goal.goal_basis: goal for goal in make_proposal(settings, period).goals if goal.sla_id == "leads_all"}


def test_every_basis_is_the_mart_s_and_a_running_month_is_so_far(settings: Settings) -> None:
    fill_totals(settings, {"2026-01-01": 360, "2026-02-01": 370, "2026-03-01": 200, "2025-04-01": 250})
    change_mart(
        settings,
        "update rpt_next_month_goals set last_period = 200, same_period_last_year = 250, trailing_3_average = 310 "
        "where sla_id = 'leads_all'",
    )
    april = goals(settings, APRIL)
    shown = {basis: (goal.amount, goal.is_so_far) for basis, goal in april.items()}
    assert shown == {
        "custom": (None, False),
        "last_period": (200, True),
        "same_period_last_year": (250, False),
        "trailing_3_average": (310, True),
        "plan": (None, False),
    }
    assert april["trailing_3_average"].months_compared == 3
    assert april["trailing_3_average"].months_reached == 2
    assert april["plan"].months_reached is None


def test_a_month_of_the_mart_has_the_goals_that_it_was_measured_against(settings: Settings) -> None:
    change_mart(settings, "update fct_sla_goals set custom_amount = 500, last_period = 370 where sla_id = 'leads_all'")
    march = goals(settings, MARCH)
    assert (march["custom"].amount, march["last_period"].amount, march["last_period"].is_so_far) == (500, 370, False)


def test_a_month_after_the_next_is_refused(settings: Settings) -> None:
    message = "2026-05 is too far ahead: the goals of the published mart reach to 2026-04. Run `lead-sla propose` for"
    with pytest.raises(InputError, match=message):
        make_proposal(settings, date(2026, 5, 1))


def test_a_mart_without_the_goals_of_the_next_month_has_to_be_refreshed(settings: Settings) -> None:
    change_mart(settings, "drop table rpt_next_month_goals")
    with pytest.raises(InputError, match=r"no table rpt_next_month_goals yet\. Run `lead-sla refresh`"):
        make_proposal(settings, APRIL)


def test_the_leads_that_the_plan_needs_are_split_by_type(settings: Settings) -> None:
    change_mart(
        settings,
        "insert into rpt_plan_requirements values "
        "('all', '2026-04-01', 41, 1198, 4100, null), ('emea', '2026-04-01', null, null, null, null)",
    )
    assert [(line.segment, line.event_type, line.leads) for line in make_proposal(settings, APRIL).plan] == [
        ("all", "demo_request", 300),
        ("all", "whitepaper", 898),
    ]


def test_the_card_is_proposed_as_calibrated_also_where_another_is_agreed(settings: Settings) -> None:
    run("propose", "--period", "2026-04")
    with (settings.home / "proposals/2026-04/rate_card.csv").open(newline="") as file:
        lines = {line["event_type"]: line for line in csv.DictReader(file)}
    demo = lines["demo_request"]
    assert (demo["close_rate"], demo["close_rate_in_force"], demo["rate_source_in_force"]) == (
        "0.052346",
        "0.1",
        "agreed",
    )
    assert (demo["method"], demo["leads"], demo["close_rate_low"]) == ("life_table", "25", "0.01")
    assert demo["change"] == "-0.047654"
    assert (lines["whitepaper"]["close_rate"], lines["whitepaper"]["change"]) == ("0.0123", "0.0")


def test_proposed_amounts_have_at_most_two_decimals(settings: Settings) -> None:
    change_mart(settings, "update rpt_next_month_goals set last_period = 766792.1802376354, plan = 0.1 + 0.2")
    run("propose", "--period", "2026-04")
    with (settings.home / "proposals/2026-04/goals.csv").open(newline="") as file:
        amounts = {line["goal_basis"]: line["amount"] for line in csv.DictReader(file)}
    assert (amounts["last_period"], amounts["plan"]) == ("766792.18", "0.3")


def test_where_every_rate_is_agreed_the_method_is_still_the_one_of_the_month(settings: Settings) -> None:
    change_mart(settings, "update fct_rate_cards set rate_source = 'agreed'")
    assert {line.method for line in make_proposal(settings, APRIL).card} == {"life_table"}


def test_an_agreement_for_a_month_to_come_adds_the_card_and_one_target_and_changes_nothing_else(
    settings: Settings,
) -> None:
    run("propose", "--period", "2026-04")
    agreed(settings)
    assert content(settings, CARD) == SEEDS[CARD] + (
        "2026-04-01,demo_request,0.052346,,Ada,Sam,Spring\n2026-04-01,whitepaper,0.0123,,Ada,Sam,Spring\n"
    )
    before = SEEDS[TARGETS].splitlines(keepends=True)
    expected = "".join([*before[:3], "leads_all,2026-04-01,custom,450,,,Spring,Ada,Sam\n", *before[3:]])
    assert content(settings, TARGETS) == expected
    assert not [path for path in settings.seeds.rglob(".*")]


def test_an_agreed_deal_value_stays_agreed_with_the_new_rates(settings: Settings) -> None:
    write_seed(settings.seeds / CARD, SEEDS[CARD].replace("0.10,,", "0.10,25000,"))
    run("propose", "--period", "2026-04")
    agreed(settings)
    added = content(settings, CARD).splitlines()[-2:]
    assert added == [
        "2026-04-01,demo_request,0.052346,25000,Ada,Sam,Spring",
        "2026-04-01,whitepaper,0.0123,,Ada,Sam,Spring",
    ]


def test_agreeing_again_replaces_the_target_and_keeps_the_signatures_of_equal_rates(settings: Settings) -> None:
    run("propose", "--period", "2026-04")
    agreed(settings)
    card = content(settings, CARD)
    write_seed(settings.seeds / PLAN, SEEDS[PLAN] + "2026-06-01,all,,,20,,2\n")
    messages = agreed(settings, goal_basis="plan", amount=None, marketing="Mia")
    assert content(settings, CARD) == card
    assert "leads_all,2026-04-01,plan,,,,Spring,Mia,Sam\n" in content(settings, TARGETS)
    assert "450" not in content(settings, TARGETS)
    assert messages == [
        f"{settings.seeds}/agreements/agreed_rate_card.csv: 0 rows written, 0 replaced.",
        f"{settings.seeds}/targets/sla_targets.csv: 1 row written, 1 replaced.",
    ]


@pytest.mark.parametrize(
    ("period", "sla_id", "basis", "message"),
    [
        (APRIL, "leads_all", "plan", "has no row for segment 'all' whose leads are needed in 2026-04"),
        (APRIL, "points_emea", "plan", "has no row for segment 'emea' whose leads are needed in 2026-04"),
        (APRIL, "leads_all", "trailing_3_average", "requires the total of 2026-01, but the published mart begins in"),
        (APRIL, "leads_all", "same_period_last_year", "requires the total of 2025-04"),
        (MARCH, "leads_all", "last_period", "requires the total of 2026-02"),
    ],
)
def test_a_basis_without_a_goal_for_the_month_is_refused(
    settings: Settings, period: date, sla_id: str, basis: str, message: str
) -> None:
    run("propose", "--period", "2026-04")
    with pytest.raises(InputError, match=rf"--basis {basis}.*{message}.*no goal to sign"):
        agreed(settings, period, sla_id=sla_id, goal_basis=basis, amount=None)
    assert {file: content(settings, file) for file in SEEDS} == SEEDS


def test_a_basis_that_looks_back_on_a_month_of_the_mart_is_accepted(settings: Settings) -> None:
    run("propose", "--period", "2026-04")
    agreed(settings, goal_basis="last_period", amount=None)
    assert "leads_all,2026-04-01,last_period,,,,Spring,Ada,Sam" in content(settings, TARGETS)


def test_windows_line_ends_and_the_file_s_own_columns_come_out_unix_and_in_order(settings: Settings) -> None:
    lines = [line.split(",") for line in SEEDS[TARGETS].splitlines()]
    turned = "\r\n".join(",".join([*line[1:], line[0]]) for line in reversed(lines[1:]))
    header = ",".join([*lines[0][1:], lines[0][0]])
    write_seed(settings.seeds / TARGETS, f"\ufeff{header}\r\n{turned}\r\n")
    run("propose", "--period", "2026-04")
    agreed(settings)
    text = content(settings, TARGETS)
    assert "\r" not in text
    assert text.splitlines()[0] == header
    assert [line.rsplit(",", 1)[1] for line in text.splitlines()[1:]] == ["leads_all"] * 3 + ["points_emea"]


def test_a_begun_month_is_refused_without_a_policy_and_nothing_is_written(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"2026-03 has begun. Add --change-policy .*prospective.*catch_up"):
        agreed(settings, MARCH)
    assert content(settings, TARGETS) == SEEDS[TARGETS]


def test_a_begun_month_changes_from_the_first_open_day_and_keeps_its_card(settings: Settings) -> None:
    add = "leads_all,2026-03-01,custom,400,,,First,Ada,Sam\n"
    write_seed(settings.seeds / TARGETS, SEEDS[TARGETS] + add)
    messages = agreed(settings, MARCH, change_policy="catch_up")
    text = content(settings, TARGETS)
    assert add + "leads_all,2026-03-01,custom,450,2026-03-21,catch_up,Spring,Ada,Sam\n" in text
    assert content(settings, CARD) == SEEDS[CARD]
    assert messages[-1] == "The rate card of 2026-03 is not changed, because the month has begun."
    agreed(settings, MARCH, change_policy="retroactive", amount="460")
    assert content(settings, TARGETS) == text.replace(",450,2026-03-21,catch_up", ",460,2026-03-21,retroactive")


def test_a_begun_month_without_a_row_keeps_its_own_basis_for_the_days_before(settings: Settings) -> None:
    agreed(settings, MARCH, change_policy="prospective")
    assert (
        "leads_all,2026-03-01,last_period,,,,The SLA's own basis,,\n"
        "leads_all,2026-03-01,custom,450,2026-03-21,prospective,Spring,Ada,Sam\n" in content(settings, TARGETS)
    )


def test_a_stale_mart_does_not_make_a_past_month_changeable(settings: Settings) -> None:
    with pytest.raises(InputError, match="2026-03 is over"):
        agreed(settings, MARCH, today=date(2026, 4, 2), change_policy="retroactive")
    with pytest.raises(InputError, match="2026-04 has begun"):
        agreed(settings, APRIL, today=date(2026, 4, 2))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sales": " "}, "--sales is empty. An agreement requires the names of both"),
        ({"marketing": ""}, "--marketing is empty"),
        ({"reason": ""}, "--reason is empty"),
        ({"goal_basis": "gut"}, "--basis 'gut' is not allowed. Write one of custom"),
        ({"amount": "-5"}, "--amount '-5' is negative"),
        ({"amount": None}, "--amount is required with --basis custom"),
        ({"goal_basis": "plan"}, "--amount is required with --basis custom"),
        ({"sla_id": "leads"}, "--sla 'leads' is not an SLA. The SLAs are leads_all, points_emea."),
        ({"change_policy": "later"}, "--change-policy 'later' is not allowed"),
        ({"change_policy": "catch_up"}, "2026-04 has not. Omit it"),
        (
            {"reason": "two\nlines"},
            "{seeds}/targets/sla_targets.csv, line .*, column reason: .* contains a line break",
        ),
    ],
)
def test_a_wrong_agreement_never_lands(settings: Settings, changes: dict[str, str | None], message: str) -> None:
    run("propose", "--period", "2026-04")
    with pytest.raises(InputError, match=message.replace("{seeds}", str(settings.seeds))):
        agreed(settings, **changes)
    assert {file: content(settings, file) for file in SEEDS} == SEEDS


def test_without_a_proposal_and_with_a_rate_that_is_none_the_remedy_is_named(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"rate_card\.csv is missing. Run `lead-sla propose --period 2026-04` first"):
        agreed(settings)
    path = settings.home / "proposals/2026-04/rate_card.csv"
    write_seed(path, "event_type,close_rate\ndemo_request,\n")
    with pytest.raises(InputError, match=r"line 2, column close_rate: the rate '' of 'demo_request'"):
        agreed(settings)
    write_seed(path, "event_type,close_rate\npage_visit,0.1\n")
    with pytest.raises(InputError, match=r'"page_visit" is not a qualifying event type'):
        agreed(settings)
    assert content(settings, CARD) == SEEDS[CARD]


def test_both_names_are_options_that_cannot_be_left_out(settings: Settings) -> None:
    options = ["--period", "2026-04", "--sla", "leads_all", "--basis", "plan", "--reason", "Spring"]
    assert "--sales" in run("agree", *options, "--marketing", "Ada", code=2)
    assert "--marketing" in run("agree", *options, "--sales", "Sam", code=2)
