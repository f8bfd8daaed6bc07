"""Collect the sections of the page, fill the template, and write the file."""

from __future__ import annotations

from pathlib import Path

from influence.charts.extra import needs_extra
from influence.errors import NothingToShow, UsageError
from influence.reports.replacing import replacing
from influence.store import Store

SUFFIXES = (".html", ".htm")


def report(store: Store, path: str | Path, *, ids_only: bool = False) -> Path:
    """Write the current run of a store as one HTML file that needs no network.

    The file holds names and figures of customers: treat it as other customer data.

    Parameters
    ----------
    store : Store
    path : str or Path
        An existing file is replaced.
    ids_only : bool
        Whether names are left out.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    NothingToShow
        If no run has finished yet, or it has no customers.
    UsageError
        If the file does not end in .html or .htm, or the extra `report` is not installed.
    InfluenceError
        If the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: the file of a report ends in {' or '.join(SUFFIXES)}")
    text = page(store, ids_only=ids_only)
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8")
    return path


def page(store: Store, *, ids_only: bool = False) -> str:
    """Return the page as text; see `report`."""
    with needs_extra("reports"):
        from influence.report_page.contents import contents
        from influence.report_page.template import filled
    from influence.report_page.material import Material

    scores = store.scores()
    if not len(scores):
        raise NothingToShow(f"run {scores.run.id} has no customers to show")
    return filled(
        "page.html",
        run=scores.run,
        customers=len(scores),
        sections=contents(Material(store, scores, ids_only)),
    )
