"""Records the alerts that each channel has received, so that each is sent once."""

import json
import os
from typing import Any

from lead_sla.settings import Settings

State = dict[str, Any]


def load_state(settings: Settings) -> tuple[dict[str, State], list[str]]:
    """The recorded alerts by channel, and a problem if the file cannot be read; it is renamed then."""
    path = settings.alerts_path
    if not path.exists():
        return {}, []
    try:
        state = json.loads(path.read_text())
        return {channel: dict(sent) for channel, sent in state.items()}, []
    except (ValueError, AttributeError, TypeError):
        aside = path.with_suffix(".unreadable")
        path.replace(aside)
        return {}, [f"{path} could not be read and is now {aside.name}; earlier alerts may be sent again."]


def save_state(settings: Settings, state: dict[str, State]) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    path = settings.alerts_path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".next")
    with fresh.open("w") as file:
        json.dump(state, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
