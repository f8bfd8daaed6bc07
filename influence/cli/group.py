"""A group of commands that are imported when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from influence.cli.log_format import logs_json


class LazyGroup(click.Group):
    """A click group that imports the module of a command on first use."""

    def __init__(self, *args: Any, commands_at: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command.

        After Ctrl-C click prints a line break to stderr, which would not be JSON; Abort avoids it.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            if logs_json():
                raise click.Abort from interrupt
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; the error for an unknown one suggests others."""
        name = args[0]
        if name not in self._commands_at and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, self._commands_at, n=3)
            hint = f"did you mean {', '.join(near)}?"
            if not near:
                hint = f"there are {', '.join(self._commands_at)}"
            ctx.fail(f"No such command {name!r}: {hint}")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands in the order of the help."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in self._commands_at:
            return None
        module, _, name = self._commands_at[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
