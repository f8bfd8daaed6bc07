"""The log format of the running command: text or JSON."""

from __future__ import annotations

import click

KEY = "influence.log_format"


def remember_log_format(context: click.Context, _: click.Parameter, value: str) -> None:
    """Store the value of --log-format in the root context."""
    context.find_root().meta[KEY] = value


def logs_json() -> bool:
    """Return whether the running command logs JSON."""
    context = click.get_current_context(silent=True)
    return context is not None and context.find_root().meta.get(KEY) == "json"
