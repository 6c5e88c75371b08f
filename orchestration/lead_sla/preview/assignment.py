"""Assigns the columns of a file to their roles."""

from collections.abc import Iterable

from lead_sla.preview.contents import are_booleans
from lead_sla.preview.dates import DateReading, read_dates
from lead_sla.preview.identities import assign_ids
from lead_sla.preview.money import assign_money
from lead_sla.preview.name_patterns import DATE_WORDS, DEAL_PATH, DEAL_WORDS, ID_WORDS, LEAD_PATH, LEAD_WORDS
from lead_sla.preview.names import matched_name, rank, what_was_entered
from lead_sla.preview.nested import find_events
from lead_sla.preview.roles import Roles, choose, find_codes
from lead_sla.preview.samples import Sample, SampleColumn

NAMED_BY_PATH = 3  # columns that a path with a word for deals or leads counts as much as


def assign_roles(path: str, sample: Sample) -> Roles:
    """Assign the columns of a file; its path tells whether it is of deals where the columns do not."""
    columns = sample.columns
    dates = {name: reading for name, column in columns.items() if (reading := _read_dates(column))}
    roles = Roles(_is_of_deals(path, columns), dates)
    assign_ids(roles, sample)
    texts = [name for name in columns if name not in dates]
    few = find_codes(roles, sample)
    roles.found |= choose(roles.code, few, roles)
    if roles.is_of_deals:
        assign_money(roles, sample)
    else:
        roles.found |= choose("segment", few, roles)
        roles.found |= choose("channel", few, roles)
        roles.found |= choose("landing_page", texts, roles)
    _assign_dates(roles)
    booleans = (name for name in texts if columns[name].values and are_booleans(columns[name].distinct))
    roles.found |= choose("withdrawn", booleans, roles)
    roles.lists = {name: found for name, column in columns.items() if (found := find_events(column))}
    return roles


def _assign_dates(roles: Roles) -> None:
    roles.found |= choose("modified", roles.dates, roles)
    roles.found |= choose("created", roles.known_dates, roles)
    roles.found |= choose("closed", roles.known_dates, roles)
    for name in roles.dates:
        if name not in roles.used and (what := what_was_entered(name)):
            roles.entered[name] = what
    roles.found |= choose("occurred", roles.dates, roles)


def _read_dates(column: SampleColumn) -> DateReading | None:
    """The reading of a column of dates; digits are only dates under a name of dates, and never an id."""
    plain = matched_name(column.name)
    is_named = bool(DATE_WORDS.search(plain)) and not ID_WORDS.search(plain)
    return read_dates(column.distinct, may_be_numbers=is_named)


def _is_of_deals(path: str, columns: Iterable[str]) -> bool:
    """Whether more of the names are those of deals; contacts have some as well, such as a close date."""
    told = NAMED_BY_PATH * (bool(DEAL_PATH.search(path)) - bool(LEAD_PATH.search(path)))
    plain = [matched_name(name) for name in columns]
    deals = sum(1 for name in plain if DEAL_WORDS.search(name)) + sum(
        1 for name in columns if rank(name, "amount") is not None or rank(name, "deal_id") is not None
    )
    deals += 2 * any(rank(name, "stage") in (0, 1) for name in columns)
    return deals + told > sum(1 for name in plain if LEAD_WORDS.search(name))
