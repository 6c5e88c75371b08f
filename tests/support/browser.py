"""A real browser, Debian's chromium; nothing is installed for it. Where it is missing tests skip, in CI they fail."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

# Go to what an address shows, and read every table of the page as the texts of its cells.
SHOW = "(hash) => { location.hash = hash; return new Promise((done) => setTimeout(done, 30)); }"
READ = """() => Object.fromEntries([...document.querySelectorAll("[id^=table-]")].map((place) => [
    place.id.replace("table-", ""),
    [...place.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => cell.textContent)),
]))"""


def require_program(name: str, package: str) -> str:
    """The path of a program that a test drives."""
    path = shutil.which(name)
    if path is None:
        missing = f"{name} is not installed; `apt-get install {package}` brings it."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path


def open_browser() -> Iterator[Browser]:
    """The browser, for a fixture to yield."""
    chromium = require_program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
