"""`doctor`: checks of settings and store, with advice."""

from __future__ import annotations

from dataclasses import asdict

import click

from influence.cli import options
from influence.cli.output import emit, output_format
from influence.cli.tables import print_lines


@click.command()
@options.store
@options.output
@options.common
def doctor(store_url: str | None, form: str | None, quiet: bool) -> None:  # noqa: ARG001
    """Check settings and store, and advise: what is reachable, which version it has, what is stale,
    missing or damaged.

    The exit code is 1 if a check failed; a warning is not a failure.

    \b
    Example:
      influence doctor --store bolt://localhost:7687
    """
    from influence.errors import ChecksFailed
    from influence.reports.doctor import doctor as findings_of

    findings = findings_of(store_url)
    headings = {"check": "check", "state": "state", "detail": "found"}
    emit([asdict(finding) for finding in findings], headings, form)
    if output_format(form) == "table":
        for finding in (finding for finding in findings if finding.advice):
            print_lines(f"{finding.state}: {finding.detail}", indent=2)
            print_lines(f"→ {finding.advice}", indent=4)
    failed = dict.fromkeys(finding.check for finding in findings if finding.state == "failed")
    if failed:
        raise ChecksFailed(tuple(failed))
