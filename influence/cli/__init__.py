"""The command line: its commands, and how errors become messages and exit codes."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from itertools import pairwise

import click

from influence.cli.group import LazyGroup
from influence.cli.interrupts import reliable_interrupts
from influence.errors import InfluenceError

COMMANDS = {
    "demo": "influence.cli.commands.demo:demo",
    "check": "influence.cli.commands.load:check",
    "load": "influence.cli.commands.load:load",
    "pull": "influence.cli.commands.pull:pull",
    "map": "influence.cli.commands.map:map_",
    "run": "influence.cli.commands.run:run",
    "top": "influence.cli.commands.top:top",
    "explain": "influence.cli.commands.explain:explain",
    "triage": "influence.cli.commands.triage:triage",
    "scorecard": "influence.cli.commands.scorecard:scorecard",
    "ties": "influence.cli.commands.ties:ties",
    "summary": "influence.cli.commands.summary:summary",
    "sources": "influence.cli.commands.sources:sources",
    "runs": "influence.cli.commands.runs:runs",
    "compare": "influence.cli.commands.compare:compare",
    "export": "influence.cli.commands.export:export",
    "push": "influence.cli.commands.push:push",
    "report": "influence.cli.commands.report:report",
    "query": "influence.cli.commands.query:query",
    "browser": "influence.cli.commands.browser:browser",
    "calibrate": "influence.cli.commands.calibrate:calibrate",
    "intention": "influence.cli.commands.intention:intention",
    "validate": "influence.cli.commands.validate:validate",
    "forget": "influence.cli.commands.forget:forget",
    "estimate": "influence.cli.commands.estimate:estimate",
    "doctor": "influence.cli.commands.doctor:doctor",
    "warmup": "influence.cli.commands.warmup:warmup",
}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"max_content_width": 100})
@click.version_option(package_name="customer-influence", prog_name="influence")
def app() -> None:
    """Estimate what customers are worth through the people they reach.

    \b
    Start with a sample company:   influence demo
    Then with your own tables:     influence check DIRECTORY
                                   influence load tables DIRECTORY
                                   influence run
                                   influence top
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors become messages and exit codes here and nowhere else.

    Without arguments, those of the process are used, and Ctrl-C is ignored after the command.
    """
    own_process = arguments is None
    arguments = sys.argv[1:] if arguments is None else arguments
    if own_process:
        # The driver logs what it also raises.
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    try:
        with reliable_interrupts(ignore_afterwards=own_process):
            app.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        if _logs_json(arguments):
            _report(error.format_message(), arguments, *_event_and_code(error))
        else:
            _show(error)
        sys.exit(error.exit_code)
    except InfluenceError as error:
        _report(str(error), arguments, error.event, error.exit_code, **error.fields)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _report("interrupted", arguments, "interrupted", 130)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of stdout has closed it, as with `| head`.
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if "--debug" in arguments and not _logs_json(arguments):
            raise
        message = f"this is a bug in influence: {type(error).__name__}: {error}"
        message += "\nPlease report it with the output of --debug."
        _report(message, arguments, "defect", 1)
        sys.exit(1)


def _event_and_code(error: click.ClickException) -> tuple[str, int]:
    """Return the event and the exit code of an error raised by click."""
    event = "usage_error" if isinstance(error, click.UsageError) else "failed"
    return event, error.exit_code


def _logs_json(arguments: list[str]) -> bool:
    """Return whether JSON logs are requested, even if click cannot parse the arguments."""
    return "--log-format=json" in arguments or ("--log-format", "json") in pairwise(arguments)


def _show(error: click.ClickException) -> None:
    """Print an error raised by click, with the usage of the command, on stderr."""
    from influence.cli.output import write_stderr

    text = io.StringIO()
    error.show(text)
    write_stderr(text.getvalue())


def _report(
    message: str, arguments: list[str], event: str, exit_code: int, **fields: object
) -> None:
    """Print the message of a failed command in the requested log format.

    With --debug a traceback precedes it, or is one of its fields.
    """
    from influence.cli.output import log_as

    as_json = _logs_json(arguments)
    if "--debug" in arguments and sys.exception() is not None:
        if as_json:
            fields["traceback"] = traceback.format_exc()
        elif event != "interrupted":
            traceback.print_exc()
    log_as("error", message, event, {"exit_code": exit_code, **fields}, as_json=as_json)
