"""The sample company: the same bytes for the same arguments, the truth it promises, and dirt of every kind."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.sample.business import SETTLED_DAYS, TRUE_CLOSE_RATES, share_closed_within
from lead_sla.sample.company import write_company
from tests.unit.sample import reading

UNTIL = date(2026, 11, 22)
CLEAN_COLUMNS = ("event_id", "lead_id", "deal_id", "event_type", "stage", "segment", "channel", "currency", "occurred")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_company(folder, UNTIL)
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _facts(folder: Path, feed: str) -> set[tuple]:
    rows = reading.first_rows(folder, feed).values()
    return {(*(row.get(name, "") for name in CLEAN_COLUMNS), float(row.get("amount") or -1)) for row in rows}


def _lead_dates(folder: Path) -> list[date]:
    return [events[0]["occurred"].date() for events in reading.touches(folder).values()]


def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_company(tmp_path / name, UNTIL, seed=seed, scale=0.3)

    assert _contents(tmp_path / "a") == _contents(tmp_path / "b")
    assert _contents(tmp_path / "a") != _contents(tmp_path / "c")


@pytest.mark.parametrize(("earlier", "later"), [("2026-11-18", "2026-11-19"), ("2026-10-31", "2026-11-03")])
@pytest.mark.parametrize("feed", ["lead_events", "deal_events"])
def test_a_later_day_only_adds_to_what_was_known(earlier: str, later: str, feed: str, tmp_path: Path) -> None:
    write_company(tmp_path / "earlier", date.fromisoformat(earlier), scale=0.5)
    write_company(tmp_path / "later", date.fromisoformat(later), scale=0.5)
    month_that_left = "" if earlier[:7] == later[:7] else "-2024-11-"

    known, now = _facts(tmp_path / "earlier", feed), _facts(tmp_path / "later", feed)

    lost = {fact for fact in known - now if not month_that_left or month_that_left not in fact[0]}
    assert not lost
    assert len(now - known) > 0


def test_the_funnel_grows_from_500_to_900_leads_with_weak_august_december_and_weekends(home: Path) -> None:
    dates = _lead_dates(home)
    months = Counter(day.replace(day=1) for day in dates)
    weekdays = Counter(day.weekday() for day in dates)

    for month in range(1, 11):
        assert months[date(2026, month, 1)] > 1.1 * months[date(2025, month, 1)]
    assert 450 < months[date(2025, 1, 1)] < 600
    assert 800 < months[date(2026, 10, 1)] < 1000
    assert months[date(2026, 8, 1)] < 0.85 * min(months[date(2026, 7, 1)], months[date(2026, 9, 1)])
    assert months[date(2025, 12, 1)] < 0.85 * min(months[date(2025, 11, 1)], months[date(2026, 1, 1)])
    assert max(weekdays[5], weekdays[6]) < 0.5 * min(weekdays[day] for day in range(5))
    assert min(dates) == date(2024, 12, 1)
    assert max(dates) == UNTIL


def test_old_leads_have_closed_at_the_true_rates_of_their_highest_type(home: Path) -> None:
    won = {deal.lead_id: deal.won_date for deal in reading.deals(home) if deal.won_date}
    leads, closed, closed_in_90 = Counter[str](), Counter[str](), 0
    for lead_id, events in reading.touches(home).items():
        lead_date = events[0]["occurred"].date()
        if lead_date + timedelta(days=SETTLED_DAYS) > UNTIL:
            continue
        highest = max((row["event_type"] for row in events), key=lambda code: reading.RANKS[code])
        leads[highest] += 1
        if lead_id in won and won[lead_id] >= lead_date:
            closed[highest] += 1
            closed_in_90 += (won[lead_id] - lead_date).days <= 90

    assert set(leads) == set(TRUE_CLOSE_RATES)
    for code, rate in TRUE_CLOSE_RATES.items():
        deviation = (rate * (1 - rate) / leads[code]) ** 0.5
        assert abs(closed[code] / leads[code] - rate) < 3.5 * deviation, code
    in_90 = closed_in_90 / closed.total()
    assert abs(in_90 - share_closed_within(90)) < 3.5 * (0.1 / closed.total()) ** 0.5


def test_some_leads_are_upgraded_within_weeks_and_some_touch_lower_types(home: Path) -> None:
    leads = [events for events in reading.touches(home).values() if events[0]["occurred"].month <= 8]
    ranks = [[reading.RANKS[row["event_type"]] for row in events] for events in leads]
    upgraded = sum(max(held) > held[0] for held in ranks) / len(ranks)
    echoing = sum(len(held) > 1 and min(held[1:]) <= held[0] for held in ranks) / len(ranks)

    assert 0.18 < upgraded < 0.30
    assert 0.12 < echoing < 0.28


def test_every_kind_of_dirty_lead_row_is_there_and_few_of_them(home: Path) -> None:
    seen: dict[str, tuple] = {}
    kinds = Counter[str]()
    for row in reading.landed_rows(home, "lead_events"):
        content = tuple(row.get(name, "") for name in CLEAN_COLUMNS)
        if row["occurred"] is None:
            broken = "broken_line" if row["occurred_at"] == "broken" else "bad_stamp"
            kinds["missing_id" if not row.get("event_id") and broken == "bad_stamp" else broken] += 1
            continue
        kinds["replay"] += seen.get(row["event_id"]) == content
        kinds["conflicting_duplicate"] += row["event_id"] in seen and seen[row["event_id"]] != content
        seen.setdefault(row["event_id"], content)
        kinds["unknown_event_type"] += row["event_type"] not in {*reading.RANKS, "page_visit"}
        kinds["reserved_segment"] += row.get("segment") == "all"
        kinds["occurred_in_future"] += row["occurred"].year == 2099

    assert set(+kinds) == {
        *("broken_line", "bad_stamp", "missing_id", "replay", "conflicting_duplicate"),
        *("unknown_event_type", "reserved_segment", "occurred_in_future"),
    }
    assert kinds.total() < 0.02 * len(seen)


def test_every_kind_of_dirty_deal_row_is_there_and_few_of_them(home: Path) -> None:
    contacts = {row.get("lead_id") for row in reading.first_rows(home, "lead_events").values()} | {"", None}
    seen: dict[str, tuple] = {}
    kinds = Counter[str]()
    for row in reading.landed_rows(home, "deal_events"):
        if row["occurred"] is None:
            kinds["rejected"] += 1
            continue
        amount = float(row.get("amount") or 0)
        content = (*(row.get(name, "") for name in CLEAN_COLUMNS), amount)
        kinds["replay"] += seen.get(row["event_id"]) == content
        kinds["conflicting_duplicate"] += row["event_id"] in seen and seen[row["event_id"]] != content
        seen.setdefault(row["event_id"], content)
        kinds["unknown_stage"] += row["stage"] not in reading.STAGES
        kinds["negative_amount"] += amount < 0
        kinds["unknown_currency"] += row.get("currency", "") not in {"", "USD", "EUR"}
        kinds["unknown_lead"] += row.get("lead_id") not in contacts

    assert set(+kinds) == {
        *("rejected", "replay", "conflicting_duplicate"),
        *("unknown_stage", "negative_amount", "unknown_currency", "unknown_lead"),
    }
    assert kinds.total() < 0.02 * len(seen)


def test_deals_are_reopened_in_two_currencies_and_some_have_no_amount_or_no_lead(home: Path) -> None:
    rows = list(reading.first_rows(home, "deal_events").values())
    won = [row for row in rows if row["stage"] == "won"]
    amounts = sorted(float(row["amount"]) for row in won if row.get("amount"))
    lead_dates = {lead: events[0]["occurred"].date() for lead, events in reading.touches(home).items()}
    credited = [deal for deal in reading.deals(home) if deal.won_date and deal.lead_id in lead_dates]

    assert 12_000 < amounts[len(amounts) // 2] < 16_000
    assert 0.005 < sum(not row.get("amount") for row in won) / len(won) < 0.06
    assert {row.get("currency", "") for row in rows} >= {"", "USD", "EUR"}
    assert sum(row["stage"] == "reopened" for row in rows) > 20
    assert any(not row.get("lead_id") for row in won)
    assert any(deal.won_date < lead_dates[deal.lead_id] for deal in credited)


def test_all_formats_are_there_and_the_current_month_comes_in_small_files(home: Path) -> None:
    names = [path.name for path in (home / "landing" / "lead_events").iterdir()]
    suffixes = {name.partition(".")[2] for name in names}

    assert suffixes == {"csv", "csv.gz", "jsonl", "jsonl.gz", "parquet"}
    assert sum(name.startswith("2026-11") for name in names) == 22
    assert {path.name for path in (home / "landing" / "deal_events").glob("2026-11*")} == {
        f"2026-11-w{week}.csv" for week in (1, 2, 3)
    }  # the 22nd, a Sunday, has no deals yet


def test_a_later_day_replaces_the_sample_and_leaves_files_alone_that_stay_the_same(tmp_path: Path) -> None:
    write_company(tmp_path, date(2026, 10, 31), scale=0.2)
    landing = tmp_path / "landing" / "lead_events"
    kept = landing / "2026-03.jsonl"
    stamp = kept.stat().st_mtime_ns
    write_company(tmp_path, date(2026, 11, 2), scale=0.2)
    write_company(tmp_path / "fresh", date(2026, 11, 2), scale=0.2)

    fresh = _contents(tmp_path / "fresh")
    assert {path: data for path, data in _contents(tmp_path).items() if not path.startswith("fresh/")} == fresh
    assert not list(landing.glob("2026-10-*"))
    assert not (landing / "2024-11.jsonl.gz").exists()
    assert kept.stat().st_mtime_ns == stamp


def test_what_was_published_goes_with_the_agreements_that_it_held(tmp_path: Path) -> None:
    write_company(tmp_path, date(2026, 10, 31), scale=0.2)
    published = tmp_path / "published" / "versions"
    published.mkdir(parents=True)
    warehouse = tmp_path / "warehouse.duckdb"
    warehouse.touch()
    write_company(tmp_path, date(2026, 10, 31), scale=0.2)
    assert published.exists()
    assert warehouse.exists()
    write_company(tmp_path, date(2026, 11, 1), scale=0.2)
    assert not published.exists()
    assert not warehouse.exists()


def test_a_home_with_files_of_somebody_else_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    own = tmp_path / "landing" / "lead_events" / "ours.csv"
    own.parent.mkdir(parents=True)
    own.write_text("event_id\n1\n")

    with pytest.raises(InputError, match=r"ours\.csv is not a sample file.*Use another home folder"):
        write_company(tmp_path, UNTIL, scale=0.05)
    assert list(_contents(tmp_path)) == ["landing/lead_events/ours.csv"]


@pytest.mark.parametrize("path", ["seeds/targets/sla_targets.csv", "landing/lead_events/2025-03.jsonl"])
def test_a_sample_file_that_was_edited_is_not_overwritten(path: str, tmp_path: Path) -> None:
    write_company(tmp_path, UNTIL, scale=0.05)
    edited = tmp_path / path
    edited.write_text("mine\n")

    with pytest.raises(InputError, match="was changed since the sample company wrote it"):
        write_company(tmp_path, UNTIL + timedelta(days=1), scale=0.05)
    assert edited.read_text() == "mine\n"


def test_another_company_in_the_same_home_is_refused(tmp_path: Path) -> None:
    write_company(tmp_path, UNTIL, scale=0.05)

    with pytest.raises(InputError, match=r"with seed 7, scale 0\.05, not seed 8, scale 0\.05"):
        write_company(tmp_path, UNTIL, seed=8, scale=0.05)


def test_an_unreadable_list_of_sample_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sample_company.json").write_text("[]")

    with pytest.raises(InputError, match="is not the list of files"):
        write_company(tmp_path, UNTIL, scale=0.05)


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_a_scale_of_nothing_is_refused(scale: float, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="use a number above 0"):
        write_company(tmp_path, UNTIL, scale=scale)
