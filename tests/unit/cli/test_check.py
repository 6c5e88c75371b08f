"""`lead-sla check`: every problem of what people write, with file, line, value and remedy, and nothing else happens."""

from pathlib import Path

import pytest

from tests.support.checked_company import FEEDS, check, problems, write
from tests.support.small_seeds import SEEDS, TARGETS, write_seed


def everything_in(folder: Path) -> dict[str, float]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_a_company_without_problems_passes_and_nothing_is_written(folder: Path) -> None:
    before = everything_in(folder)
    result = check()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("No problems in the settings, 8 seeds, 2 feeds and 2 files. Checked in ")
    assert everything_in(folder) == before


def test_problems_of_rules_seeds_and_files_are_all_listed(folder: Path) -> None:
    write(folder / "rules.yml", "maturity_days: 0\n")
    write_seed(folder / "seeds" / TARGETS, SEEDS[TARGETS].replace("custom,400", "custom,-5"))
    write(folder / "data/landing/crm/deals.csv", "id,state,closed\n")
    found = problems(check())
    assert found[0] == (
        "rules.yml, line 1, rule maturity_days: 0 is not allowed. It must be a whole number from 1 to 3650."
    )
    assert found[1].startswith('seeds/targets/sla_targets.csv, line 2, column amount: "-5" is negative.')
    assert found[-1] == (
        "data/landing/crm/deals.csv (feed crm, feeds.yml, line 11): it has no column status; its columns are id, "
        "state, closed. Rename the column in the file, or correct its name under `columns` in feeds.yml."
    )


def test_a_wrong_setting_is_a_problem(folder: Path) -> None:
    write(folder / ".env", "LEAD_SLA_BUSINESS_TIMEZONE=Mars/Olympus\n")
    (found,) = problems(check())
    assert found.startswith(".env, line 1: LEAD_SLA_BUSINESS_TIMEZONE: 'Mars/Olympus' is not an IANA time zone")


def test_a_folder_that_is_no_company_s_is_a_problem(folder: Path) -> None:
    (folder / "feeds.yml").unlink()
    (found,) = problems(check())
    assert found.startswith(f"{folder / 'feeds.yml'} does not exist.")


def test_every_mistake_in_feeds_is_listed(folder: Path) -> None:
    write(folder / "feeds.yml", FEEDS.replace("deal_events", "deals").replace("files: website/*", "file: website/*"))
    assert [line.partition(":")[0] for line in problems(check())] == ["feeds.yml, line 4", "feeds.yml, line 6"]


@pytest.mark.parametrize(
    ("written", "mistake", "problem"),
    [
        (
            "default: proposal",
            "default: Won",
            "feeds.yml, line 11, feed crm: the stage 'Won' is not in seeds/reference/deal_stages.csv, so its rows "
            "would be quarantined. Did you mean won?",
        ),
        (
            "constant: EUR",
            "constant: CHF",
            "feeds.yml, line 12, feed crm: the currency 'CHF' is not in seeds/reference/exchange_rates.csv, so its "
            "rows would be quarantined. Add it to seeds/reference/exchange_rates.csv.",
        ),
    ],
)
def test_a_code_in_feeds_that_no_seed_has_is_a_problem(folder: Path, written: str, mistake: str, problem: str) -> None:
    write(folder / "feeds.yml", FEEDS.replace(written, mistake))
    assert problems(check()) == [problem]


def test_the_reporting_currency_and_aliases_are_known_codes(folder: Path) -> None:
    stages = "stage,label,outcome,stage_rank,aliases\nproposal,,open,10,offer\nwon,,won,20,\n"
    write_seed(folder / "seeds/reference/deal_stages.csv", stages)
    write(folder / "feeds.yml", FEEDS.replace("default: proposal", "default: offer").replace("EUR", "USD"))
    assert check().exit_code == 0


def test_a_mapped_value_and_the_code_of_a_record_s_entry_are_checked_as_well(folder: Path) -> None:
    records = (
        "  - name: records\n    kind: deal_records\n    files: records/*.csv\n    record_id: id\n"
        "    columns: {deal_id: id}\n    events:\n      - stage: {constant: opened}\n        occurred_at: closed\n"
    )
    write(folder / "feeds.yml", f"{FEEDS}    values: {{stage: {{Gewonnen: wonn}}}}\n{records}")
    write(folder / "data/landing/records/deals.csv", "id,closed\n")
    mapped, constant = problems(check())
    assert mapped.startswith("feeds.yml, line 14, feed crm: the stage 'wonn' is not in")
    assert constant.startswith("feeds.yml, line 20, feed records: the stage 'opened' is not in")


def test_a_mapped_value_that_no_row_may_have_is_a_problem(folder: Path) -> None:
    merges = "  - name: merges\n    kind: record_merges\n    files: merges/*\n"
    write(folder / "feeds.yml", f"{FEEDS}{merges}    values: {{record_type: {{Contact: lead, Account: company}}}}\n")
    (problem,) = problems(check())
    assert problem.endswith("the record type 'company' is unknown, so its rows would be rejected. Use lead or deal.")


def test_the_segment_of_all_is_no_constant(folder: Path) -> None:
    columns = "{event_id: id, lead_id: id, event_type: type, occurred_at: at, segment: {constant: all}}"
    write(
        folder / "feeds.yml", FEEDS.replace("    files: website/*\n", f"    files: website/*\n    columns: {columns}\n")
    )
    write(folder / "data/landing/website/january.csv", "id,type,at\n")
    (found,) = problems(check())
    assert found.startswith("feeds.yml, line 5, feed website: the segment 'all' is the sum of all segments.")
