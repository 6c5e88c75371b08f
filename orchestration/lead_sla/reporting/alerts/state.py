"""What each channel has been told, so that it is told each thing once."""

import json
import os
from pathlib import Path
from typing import Any

from lead_sla.settings import Settings

State = dict[str, Any]


def load_state(settings: Settings) -> tuple[dict[str, State], list[str]]:
    """What was told, by channel, and a problem if the file that remembers it cannot be read; it is set aside then."""
    path = _path(settings)
    if not path.exists():
        return {}, []
    try:
        state = json.loads(path.read_text())
        return {channel: dict(told) for channel, told in state.items()}, []
    except (ValueError, AttributeError, TypeError):
        aside = path.with_suffix(".unreadable")
        path.replace(aside)
        return {}, [f"{path} could not be read and is now {aside.name}; what was told before may be told again."]


def save_state(settings: Settings, state: dict[str, State]) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".next")
    with fresh.open("w") as file:
        json.dump(state, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _path(settings: Settings) -> Path:
    return settings.home / "alerts.json"
