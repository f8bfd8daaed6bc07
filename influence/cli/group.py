"""A group whose commands are imported when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from influence.cli.log_format import logs_json


class LazyGroup(click.Group):
    """A click group that knows where its commands are; each module imports little at its top."""

    def __init__(self, *args: Any, commands_at: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; where the log is JSON, click must not end a line that Ctrl-C broke off."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as struck:
            if logs_json():
                raise click.Abort from struck
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands in the order in which a newcomer meets them."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in self._commands_at:
            return None
        module, _, name = self._commands_at[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
