"""How figures, codes and paths are shown: the same on the terminal, the page, in the workbook and in the mail."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

STATUS_WORDS = {
    "no_target": "no target",
    "met": "met",
    "missed": "missed",
    "too_early": "too early to tell",
    "ahead": "ahead",
    "on_track": "on track",
    "at_risk": "at risk",
    "behind": "behind",
}
NOTHING = "-"
DECIMALS_BELOW = 1000
MOST_NAMES = 5


def show_number(value: float | None, *, signed: bool = False, currency: str | None = None) -> str:
    """A quantity for display: thousands separated, one decimal only where it is significant; maybe with a currency."""
    if value is None:
        return NOTHING
    if currency is not None:
        return f"{show_number(value, signed=signed)} {currency}"
    sign = "+" if signed else "-"
    rounded = round(value, 1) + 0.0  # which turns -0.0 into 0.0
    if abs(rounded) >= DECIMALS_BELOW:
        return f"{value:{sign},.0f}"
    return f"{rounded:{sign},.0f}" if rounded.is_integer() else f"{rounded:{sign},.1f}"


def show_exact(value: float) -> str:
    """A value that somebody has written, with every digit of it: thousands separated, and never as a power of ten."""
    written = f"{Decimal(repr(float(value))):,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def show_cell(value: object) -> str:
    """A value of a table, for a message; a fraction is cut to what can matter, such as 1234.57 or 0.123457."""
    if not isinstance(value, float):
        return str(value)
    return f"{round(value, 2):.15g}" if abs(value) >= 1 else f"{value:.6g}"


def show_count(count: int, noun: str) -> str:
    """How many, with the noun, which takes an s unless it is one."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def show_some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def show_percent(ratio: float | None, decimals: int = 1) -> str:
    """A ratio in percent, always with one decimal, so that 109.8 %, which is not ahead, is not shown as 110 %."""
    return NOTHING if ratio is None else f"{100 * ratio + 0.0:,.{decimals}f} %"


def show_rate(ratio: float | None) -> str:
    """A close rate in percent, which can be small, with two decimals."""
    return show_percent(ratio, 2)


def show_age(age: timedelta) -> str:
    """How long ago, in the largest unit that fits."""
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    for count, unit in ((hours // 24, "day"), (hours, "hour"), (minutes, "minute")):
        if count:
            return show_count(count, unit)
    return "less than a minute"


def show_path(path: Path) -> str:
    """A path that can be opened as it is printed: relative to the current folder if it is below it, else absolute."""
    path = path.absolute()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
