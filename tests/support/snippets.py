"""The code in our own pages, so that tests can run it."""

import re
from pathlib import Path


def read_snippets(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [text for name, text in blocks if name == language]
