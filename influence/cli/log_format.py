"""Whether the running command logs text or JSON."""

from __future__ import annotations

import click

KEY = "influence.log_format"


def remember_log_format(context: click.Context, _: click.Parameter, value: str) -> None:
    """Keep the value of --log-format for the whole command."""
    context.find_root().meta[KEY] = value


def logs_json() -> bool:
    """Whether the running command was asked to log JSON."""
    context = click.get_current_context(silent=True)
    return context is not None and context.find_root().meta.get(KEY) == "json"
