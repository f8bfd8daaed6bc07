"""`warmup`: compile the kernels before the first run."""

from __future__ import annotations

from dataclasses import asdict

import click

from influence.cli import options
from influence.cli.output import say


@click.command()
@options.common
def warmup(quiet: bool) -> None:
    """Compile the kernels of a run, once per machine and version, so that no run has to wait.

    \b
    Example:
      influence warmup
    """
    from influence.engine.warmup import warm_up

    result = warm_up()
    done = f"compiled {result.compiled} of" if result.compiled else "found in the cache:"
    text = f"{done} {result.kernels} kernels, {result.seconds:.1f} s"
    say(text, "warmed_up", quiet=quiet, **asdict(result))
