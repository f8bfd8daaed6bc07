"""`doctor`: what works, and what to do where something does not."""

from __future__ import annotations

from dataclasses import asdict

import click

from influence.cli import options
from influence.cli.output import chosen, console, emit


@click.command()
@options.store
@options.output
@options.common
def doctor(store_url: str | None, form: str | None, quiet: bool) -> None:  # noqa: ARG001
    """Look at settings and store: what is reachable, which version, what is stale, missing or
    damaged, and what to do about it.

    Exit code 1 where a check failed; warnings are no failure.

    \b
    Example:
      influence doctor --store bolt://localhost:7687
    """
    from influence.errors import ChecksFailed
    from influence.reports.doctor import examine

    findings = examine(store_url)
    headings = {"check": "looked at", "state": "state", "detail": "found"}
    emit([asdict(finding) for finding in findings], headings, form)
    if chosen(form) == "table":
        for finding in (finding for finding in findings if finding.advice):
            # In full: a cell may have cut it.
            console().print(
                f"  {finding.state}: {finding.detail}\n    → {finding.advice}",
                markup=False, soft_wrap=True,
            )  # fmt: skip
    failed = dict.fromkeys(finding.check for finding in findings if finding.state == "failed")
    if failed:
        raise ChecksFailed(tuple(failed))
