"""A snapshot notices every change of what a refresh reads, also one that was taken back, and gives no secret away."""

import os
import shutil
from pathlib import Path

import pytest

from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from lead_sla.transform import snapshot
from lead_sla.transform.snapshot import Snapshot, has_changed, take_snapshot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(PROJECT_DIR / "seeds", tmp_path / "seeds")
    shutil.copy(PROJECT_DIR / "feeds.yml", tmp_path / "feeds.yml")
    return load_settings(home=tmp_path, seeds=tmp_path / "seeds", feeds=tmp_path / "feeds.yml")


def take(settings: Settings) -> Snapshot:
    taken = take_snapshot(settings)
    assert taken is not None
    return taken


def test_it_contains_what_users_write_the_project_and_our_code(settings: Settings) -> None:
    settings.rules.write_text("maturity_days: 60\n")
    files = {Path(path) for path in take(settings).traits}
    assert {settings.feeds, settings.rules, settings.seeds / "reference" / "holidays.csv"} < files
    project = ("dbt_project.yml", "profiles.yml", "models/rates/fct_rate_cards.sql", "models/rates/fct_rate_cards.yml")
    assert {PROJECT_DIR / name for name in project} < files
    code = ("transform/snapshot.py", "reporting/page/parts/page.html.j2", "reporting/page/parts/main.js")
    assert {snapshot.PACKAGE_DIR / name for name in code} < files


def test_two_of_the_same_files_are_equal(settings: Settings) -> None:
    first = take(settings)
    assert take(settings) == first
    assert not has_changed(settings, first)


@pytest.mark.parametrize("name", ["feeds.yml", "rules.yml", "seeds/reference/holidays.csv", "seeds/new.csv"])
def test_a_change_of_a_file_is_another_snapshot(settings: Settings, name: str) -> None:
    first = take(settings)
    with (settings.home / name).open("a") as file:
        file.write("\n")
    assert take(settings).digest != first.digest
    assert has_changed(settings, first)


def test_a_change_that_was_taken_back_is_noticed_although_the_content_is_the_same(settings: Settings) -> None:
    first, before, content = take(settings), settings.feeds.stat(), settings.feeds.read_bytes()
    settings.feeds.write_bytes(content.replace(b"lead_events", b"LEAD_EVENTS"))
    settings.feeds.write_bytes(content)
    os.utime(settings.feeds, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert take(settings).digest == first.digest
    assert has_changed(settings, first)


def test_a_seed_in_a_folder_behind_a_link_counts(settings: Settings) -> None:
    shared = settings.home / "shared"
    (settings.seeds / "reference").rename(shared)
    (settings.seeds / "reference").symlink_to(shared, target_is_directory=True)
    first = take(settings)
    with (shared / "holidays.csv").open("a") as file:
        file.write("\n")
    assert take(settings).digest != first.digest
    assert has_changed(settings, first)


def test_a_file_that_is_gone_is_noticed(settings: Settings) -> None:
    first = take(settings)
    settings.feeds.unlink()
    assert take(settings).digest != first.digest
    assert has_changed(settings, first)


def test_names_and_files_of_any_kind_are_no_obstacle(settings: Settings) -> None:
    (settings.seeds / os.fsdecode(b"caf\xe9.csv")).touch()
    os.mkfifo(settings.seeds / "a pipe")
    (settings.seeds / ".#lock").symlink_to("nowhere")
    first = take(settings)
    assert not has_changed(settings, first)


def test_without_certainty_there_is_none(settings: Settings) -> None:
    settings.feeds.unlink()
    settings.feeds.mkdir()
    assert take_snapshot(settings) is None


def test_code_that_has_changed_since_this_process_began_may_not_be_what_it_runs(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "package"
    code.mkdir()
    (code / "module.py").write_text("FIGURE = 1\n")
    monkeypatch.setattr(snapshot, "PACKAGE_DIR", code)
    assert take_snapshot(settings) is None


def test_settings_count_and_secrets_cannot_be_guessed_from_the_hash(settings: Settings) -> None:
    def with_password(password: str | None) -> str:
        return take(load_settings(**{**dict(settings), "mail_password": password})).digest

    assert with_password("secret") == with_password("other")
    assert with_password("secret") != with_password(None)
    assert take(settings.model_copy(update={"company": "Example"})).digest != take(settings).digest
