"""Bulk API 2.0 of Salesforce: one job of changes as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from influence.errors import CrmError
from influence.loaders.crm.client import Client
from influence.loaders.crm.push import Change, RowError, in_parts

PART = 200_000
"""Rows of a job, of which an upload may have 100 MB."""
ENDS = {"JobComplete", "Failed", "Aborted"}
NOTHING = "#N/A"
"""A cell that empties a field; a blank cell leaves it as it is."""


def update_in_bulk(
    client: Client, root: str, target: str, changes: Sequence[Change]
) -> list[RowError]:
    """Change records in jobs; return those that are refused.

    Raises
    ------
    CrmError
        If a job fails as a whole.
    """
    return [error for part in in_parts(changes, PART) for error in _job(client, root, target, part)]


def _job(client: Client, root: str, target: str, changes: Sequence[Change]) -> Iterator[RowError]:
    fresh = {"object": target, "operation": "update", "contentType": "CSV", "lineEnding": "LF"}
    job = f"{root}/jobs/ingest/{client.post(f'{root}/jobs/ingest', fresh)['id']}"
    client.request(
        "PUT",
        f"{job}/batches",
        content=_csv(changes).encode(),
        headers={"Content-Type": "text/csv"},
    )
    client.patch(job, {"state": "UploadComplete"})
    state = _finished(client, job)
    customers = {change.record: change.customer for change in changes}
    answered = False
    for kind in ("failedResults", "unprocessedrecords"):
        text = client.request("GET", f"{job}/{kind}/", headers={"Accept": "text/csv"}).text
        for row in csv.DictReader(io.StringIO(text)):
            answered = True
            record = row.get("Id") or row.get("sf__Id") or ""
            why = row.get("sf__Error") or f"not processed: the job is {state['state']}"
            yield RowError(customers.get(record, ""), record, "", why)
    if state["state"] != "JobComplete" and not answered:
        raise CrmError(f"{client.name}: the job is {state['state']}: {state.get('errorMessage')}")


def _csv(changes: Sequence[Change]) -> str:
    """Write a row per record with the values that change; other cells are blank."""
    fields = sorted({name for change in changes for name in change.values})
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(["Id", *fields])
    for change in changes:
        cells = [_cell(change.values.get(name, "")) for name in fields]
        sheet.writerow([change.record, *cells])
    return text.getvalue()


def _cell(value: Any) -> Any:
    return NOTHING if value is None else value


def _finished(client: Client, job: str) -> dict[str, Any]:
    """Ask for the state of a job until it has ended, at longer and longer intervals."""
    pause = 1.0
    while True:
        state: dict[str, Any] = client.get(job)
        if state["state"] in ENDS:
            return state
        client.sleep(pause)
        pause = min(pause * 1.5, 20.0)
