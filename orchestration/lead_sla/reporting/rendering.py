"""Renders the page and the workbook of a version that is about to be published."""

import logging
from collections.abc import Callable
from pathlib import Path

from lead_sla.mart.reading import open_version
from lead_sla.reporting.page import write_failure_page, write_page
from lead_sla.reporting.workbook import write_workbook
from lead_sla.settings import PAGE_FILE, WORKBOOK_FILE, Settings

logger = logging.getLogger(__name__)


def render_reports(settings: Settings, folder: Path) -> list[str]:
    """Write the page and the workbook of the version in `folder`, from its own mart.

    Returns:
        What could not be rendered, a sentence each; the page is replaced by one that lists it.
    """
    with open_version(settings, folder) as mart:
        problems = _attempt("The workbook", folder / WORKBOOK_FILE, lambda path: write_workbook(mart, path))
        page_problems = _attempt("The page", folder / PAGE_FILE, lambda path: write_page(settings, mart, path))
    if page_problems:
        write_failure_page(folder / PAGE_FILE, page_problems + problems)
    return page_problems + problems


def _attempt(what: str, path: Path, write: Callable[[Path], None]) -> list[str]:
    try:
        write(path)
    except Exception as error:  # the mart is published even if rendering fails
        logger.exception("%s could not be rendered", what)
        path.unlink(missing_ok=True)
        return [f"{what} could not be rendered: {type(error).__name__}: {error}"]
    return []
