"""Options that several commands share, and the store that they select."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.log_format import remember_log_format

if TYPE_CHECKING:
    from influence.network import Direction, Selection
    from influence.settings import Settings
    from influence.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


def common(command: Command) -> Command:
    """Add --quiet, --debug and --log-format to a command."""
    command = click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        expose_value=False,
        callback=remember_log_format,
        help="Format of the messages on stderr: text, or one JSON object per line.",
    )(command)
    command = click.option("--quiet", is_flag=True, help="Print the result and warnings only.")(
        command
    )
    return click.option(
        "--debug", is_flag=True, expose_value=False, help="Show a traceback with an error."
    )(command)


store = click.option(
    "--store",
    "store_url",
    metavar="URL",
    help="A directory, or bolt://… for Neo4j. [default: $INFLUENCE_STORE, store in "
    "influence.toml, ./influence-data]",
)

wait = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait while another run or load is writing the store. [default: not at all]",
)

output = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    help="[default: table on a terminal, otherwise json]",
)


def settings_for(url: str | None) -> Settings:
    """Return the settings of this command, including `--store`."""
    from influence.cli.output import warn
    from influence.settings import resolve

    settings = resolve(url)
    for note in settings.notes:
        warn(str(note), note.event, **note.fields)
    return settings


def opened(url: str | None, wait: float = 0.0) -> Store:
    """Open the store that --store, the environment or influence.toml names.

    A write to a locked store waits up to `wait` seconds; one warning names the lock holder.
    """
    from influence.cli.output import warn
    from influence.store import LockWait, open_store

    settings = settings_for(url)
    lock_wait = LockWait(wait, lambda note: warn(str(note), note.event, **note.fields))
    return open_store(settings.store, settings.credentials, lock_wait)


def comma_separated(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Parse `--kinds a,b --kinds c` as a, b, c; a blank name is refused.

    A blank often comes from an unset shell variable.
    """
    parts = tuple(part.strip() for value in values for part in value.split(","))
    if not all(parts):
        raise click.BadParameter("a name is blank")
    return parts


def iso_date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Check that a value is a date, if there is one."""
    try:
        dt.datetime.fromisoformat(value or "2024-12-31")
    except ValueError:
        raise click.BadParameter(f"{value!r}: a date such as 2024-12-31 is needed") from None
    return value


def directions(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> dict[str, Direction]:
    """Parse `--direction KIND=reversed …`; a kind may contain `=`, so only the last one counts."""
    from influence.network import DIRECTIONS

    found: dict[str, Direction] = {}
    for value in values:
        kind, separator, wanted = value.rpartition("=")
        direction = next((known for known in DIRECTIONS if known == wanted), None)
        if not separator or direction is None:
            raise click.BadParameter(
                f"{value!r} is not KIND=DIRECTION with {', '.join(DIRECTIONS)}"
            )
        found[kind] = direction
    return found


def kind_weights(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> dict[str, float]:
    """Parse `--kind-weight KIND=NUMBER …`; only the last `=` counts."""
    found = {}
    for value in values:
        kind, separator, number = value.rpartition("=")
        try:
            found[kind] = float(number)
        except ValueError:
            separator = ""
        if not separator:
            raise click.BadParameter(f"{value!r} is not KIND=NUMBER")
    return found


kind_weight = click.option(
    "--kind-weight", "kind_weight", multiple=True, callback=kind_weights, metavar="KIND=NUMBER",
    help="Multiply influence along ties of a kind, by at most 1. May be repeated.",
)  # fmt: skip


def selection(command: Command) -> Command:
    """Add --kinds, --networks and --direction to a command."""
    for name, what in (("--networks", "networks"), ("--kinds", "kinds of tie")):
        command = click.option(
            name, multiple=True, callback=comma_separated, metavar="A,B", help=f"Only these {what}."
        )(command)
    return click.option(
        "--direction",
        multiple=True,
        callback=directions,
        metavar="KIND=both|as-written|reversed",
        help="Direction of a kind of tie; overrides the column `directed`. May be repeated.",
    )(command)


def bundled(
    command: Command,
    options: Mapping[str, Callable[[Any], Any]],
    argument: str,
    make: Callable[[dict[str, Any], dict[str, Any]], Any],
) -> Command:
    """Add options to a command, which receives their values as one object.

    Parameters
    ----------
    command : callable
    options : mapping of str to decorator
        Name of the value → option.
    argument : str
        Argument of the command that receives the object.
    make : callable
        Called with these values and with all other values of the command, from which it may
        remove some; returns the object.
    """

    @functools.wraps(command)
    def with_options(**values: Any) -> Any:
        own = {name: values.pop(name) for name in options}
        made = make(own, values)
        return command(**{argument: made}, **values)

    for option in reversed([*options.values()]):
        with_options = option(with_options)
    return with_options  # type: ignore[return-value]  # as click's own decorators


def pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Parse `--set NAME=VALUE …`."""
    found = {}
    for value in values:
        name, separator, text = value.partition("=")
        if not separator:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE")
        found[name.strip()] = text.strip()
    return found


conventions = click.option(
    "--set",
    "conventions",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="Conventions for money: own_value (simple, bg-nbd), margin, rate, years, window, "
    "as_of, referral_share, charge_certain, negativity, answer_saved. May be repeated.",
)


card = click.option(
    "--card",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="How the score card weighs: knowledge, participation, contacts, connections (diffused, "
    "tight-knit), public_weight, ambassador, hysteresis, within_segments. May be repeated.",
)


def _former_budget(context: click.Context, _: click.Parameter, value: float | None) -> None:
    """Accept `--budget` as `--max-seconds`, with a warning."""
    from influence.cli.output import warn

    if value is None:
        return
    if context.params.get("max_seconds") is not None:
        raise click.UsageError(
            "--budget is the former name of --max-seconds: give only one of them"
        )
    warn("--budget is now called --max-seconds; the old name still works", "renamed",
         option="--budget", name="--max-seconds")  # fmt: skip
    context.params["max_seconds"] = value


def method(command: Command) -> Command:
    """Add --method, --registers, --seed, --max-seconds and --memory to a command."""
    command = click.option(
        "--memory", metavar="BYTES",
        help="Memory that a run may use, such as 8GB. [default: the free memory]",
    )(command)  # fmt: skip
    command = click.option(
        "--budget", type=float, hidden=True, expose_value=False, callback=_former_budget,
        help="Former name of --max-seconds.",
    )(command)  # fmt: skip
    command = click.option(
        "--max-seconds", type=float, metavar="SECONDS", is_eager=True,
        help="Longest time of an exact search; beyond it auto uses sketches. [default: 120]",
    )(command)  # fmt: skip
    command = click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True,
        help="Random seed for the sketches; the same seed gives the same figures.",
    )(command)  # fmt: skip
    command = click.option(
        "--registers", type=int, default=256, show_default=True,
        help="Size of a sketch, a multiple of 64; the standard error is 1/√(registers − 2).",
    )(command)  # fmt: skip
    return click.option(
        "--method", type=click.Choice(["auto", "exact", "sketch"]), default="auto",
        show_default=True, help="exact searches, sketch estimates in a fraction of the time, auto "
        "searches if that takes at most --max-seconds and estimates otherwise.",
    )(command)  # fmt: skip


def selected(
    kinds: tuple[str, ...],
    networks: tuple[str, ...],
    direction: dict[str, Direction],
    kind_weights: Mapping[str, float] | None = None,
) -> Selection:
    """Return the selection that the options of `selection` describe."""
    from influence.network import Selection

    return Selection(kinds, networks, direction, kind_weights or {})
