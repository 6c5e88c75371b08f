"""The result of a landing."""

from dataclasses import dataclass, field

from lead_sla.inputs.feeds import Feed


@dataclass(frozen=True)
class LandedFile:
    """A file that landed in this run; rows_read = rows_landed + rows_rejected + rows_filtered.

    `reasons` are the commonest of the rejected rows, and `warnings` what else is odd about the file, in words. Nothing
    is odd about no rows if it `may_be_empty`.
    """

    feed: str
    path: str
    rows_read: int
    rows_landed: int
    rows_rejected: int
    rows_filtered: int = 0
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True)
class RefusedFile:
    """A file of which nothing landed; the reason includes the remedy."""

    feed: str
    path: str
    reason: str


@dataclass
class LandingReport:
    """The result of a landing. Refused files are tried again at every landing.

    `landed_again` are files of which the feed's entry in feeds.yml has changed, and `kept` the paths, by feed, of such
    files that are no longer in the landing folder. `renamed` are feeds by their old name, `removed` the paths of files
    whose feed is no longer in feeds.yml, and `forgotten` those that were taken back. `unread` are the paths that match
    a feed, but have an unknown ending. `present` are the ids, by path, of the files that are in the landing folder and
    in `raw`.
    """

    landed: list[LandedFile] = field(default_factory=list)
    landed_again: list[LandedFile] = field(default_factory=list)
    kept: dict[str, list[str]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    already_landed: int = 0
    refused: list[RefusedFile] = field(default_factory=list)
    without_files: list[Feed] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    present: dict[str, str] = field(default_factory=dict)
