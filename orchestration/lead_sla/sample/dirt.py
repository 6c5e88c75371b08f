"""Invalid rows like those of real exports, a few of each kind.

All of them are added: no clean row is damaged, so the truth about leads and deals stays known. Rows that parse but
are not to be believed, and repeated rows, are drawn here for a month's cohort; rows that do not even parse are lines
of a file and belong to `files.py`, which asks `unreadable_lines` for them.
"""

from datetime import date
from typing import Final

import numpy as np

from lead_sla.sample import business, calendar_days
from lead_sla.sample.columns import Table, numbered, pick, size, stack, texts

DIRT_STREAM: Final = 3
REPLAY_SHARE: Final = 0.004  # rows that the source exports a second time, unchanged
FAR_DAY: Final = calendar_days.day_number(date(2099, 12, 31))  # the default date of forms
CONFLICT_AMOUNT: Final = 750.0
BAD_STAMP: Final = "yesterday 9:30"
UNQUOTED: Final = {"lead_events": ("/guides/leads", " deals and more"), "deal_events": ("12", "500.00")}


def spoil_lead_events(events: Table, month: int, seed: int, scale: float) -> Table:
    """A cohort's lead events with their invalid rows."""
    rng = np.random.default_rng([seed, month, DIRT_STREAM, 1])
    if not size(events):
        return events
    few = max(1, round(scale))
    parts = [
        events,
        _late_copies(rng, events, round(REPLAY_SHARE * size(events)) + 1),
        _other_channel(_late_copies(rng, events, few)),
        {**_strays(rng, events, 2 * few, "E-X1"), "event_type": texts("brochure", 2 * few)},
        {**_strays(rng, events, few, "E-X2"), "segment": texts("all", few)},
    ]
    if month % 3 == 0:
        parts.append({**_strays(rng, events, few, "E-X3"), "occurred": np.full(few, FAR_DAY * 86_400)})
    return stack(parts)


def spoil_deal_events(events: Table, month: int, seed: int, scale: float) -> Table:
    """A cohort's deal events with their invalid rows; the kinds alternate from month to month."""
    rng = np.random.default_rng([seed, month, DIRT_STREAM, 2])
    if not size(events):
        return events
    few = max(1, round(scale))
    parts = [events, _late_copies(rng, events, round(REPLAY_SHARE * size(events)) + 1)]
    if month % 2 == 0:
        with_amount = pick(events, ~np.isnan(events["amount"]) & (events["stage"] == "proposal"))
        changed = _late_copies(rng, with_amount, few if size(with_amount) else 0)
        parts.append({**changed, "amount": changed["amount"] + CONFLICT_AMOUNT})
    else:
        stray = _strays(rng, events, few, "S-X1")
        new_deals = numbered(f"D-{stray['event_id'][0][5:12]}-X%03d", np.arange(1, few + 1))
        parts.append({**stray, "deal_id": new_deals, "lead_id": texts("L-0000-00-00000", few)})
    if month % 3 == 0:
        parts.append({**_strays(rng, events, few, "S-X2"), "stage": texts("verbal_yes", few)})
    if month % 3 == 1:
        parts.append({**_strays(rng, events, few, "S-X3"), "amount": np.full(few, -1500.0)})
    if month % 3 == 2:  # noqa: PLR2004
        parts.append({**_strays(rng, events, few, "S-X4"), "currency": texts("GBP", few)})
    return stack(parts)


def unreadable_lines(feed: str, file_format: str, month: int, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Corrupted copies of rows that cannot be typed, for the file of one month; none for Parquet, which is typed.

    A comma that nobody quoted, in the landing page or the amount, makes a column too many; a line that was cut off has
    some too few.
    """
    if not rows or file_format.startswith("parquet"):
        return []
    victim = rows[len(rows) // 2]
    no_id = ("", *victim[1:])
    bad_stamp = tuple(BAD_STAMP if ":" in value else value for value in victim)
    if file_format.startswith("jsonl"):
        return [(no_id, bad_stamp)[month % 2]]
    broken = [(*victim[:-2], *UNQUOTED[feed], victim[-1]), victim[:3]]
    return [broken[month % 2], (no_id, bad_stamp)[month // 2 % 2]]


def _late_copies(rng: np.random.Generator, events: Table, count: int) -> Table:
    copies = pick(events, rng.choice(size(events), count, replace=False))
    return {**copies, "exported": copies["exported"] + rng.integers(1, 5, count)}


def _other_channel(events: Table) -> Table:
    following = dict(zip(business.CHANNELS, (*business.CHANNELS[1:], business.CHANNELS[0]), strict=True))
    return {**events, "channel": np.array([following[str(channel)] for channel in events["channel"]])}


def _strays(rng: np.random.Generator, events: Table, count: int, prefix: str) -> Table:
    """Rows like those of the cohort, with different ids."""
    strays = pick(events, rng.choice(size(events), count, replace=False))
    label = str(events["event_id"][0])[2:9]
    return {**strays, "event_id": numbered(f"{prefix}-{label}-%03d", np.arange(1, count + 1))}
