"""`make neo4j`: a local Neo4j with its Browser and the sample company.

Run as ``python -m tools.neo4j.serve [--detach | --stop] [--reload]``.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

import neo4j
from neo4j.exceptions import AuthError

from influence.browser import bundle
from influence.browser.serve import listen
from tools.neo4j import browser_files
from tools.neo4j.jars import CACHE, ROOT, ServerError, run
from tools.neo4j.server import LocalServer, free_ports, wait_for_query

ENV_FILE = ROOT / ".env"
HOME = (CACHE / "neo4j-home").resolve()
RUNNING = HOME / "running.json"
FILES = CACHE / "browser"
PORTS = (7687, 7474)
COMPOSE = ["docker", "compose", "--project-directory", str(ROOT)]
QUERY = """\
MATCH (c:Customer) WHERE c.networkValue IS NOT NULL
RETURN c.id, c.name, c.clv, c.influence, c.networkValue
ORDER BY c.networkValue DESC LIMIT 10"""


@dataclass(frozen=True)
class Running:
    """A running server; `pid` is 0 if it runs in Docker."""

    bolt: int
    http: int
    pid: int = 0

    @property
    def uri(self) -> str:
        """The address for the driver."""
        return f"bolt://127.0.0.1:{self.bolt}"

    @property
    def browser(self) -> str:
        """The address of the Browser, with user name, server and the first query filled in."""
        dbms = f"neo4j://neo4j@localhost:{self.bolt}"
        query = urlencode({"dbms": dbms, "cmd": "edit", "arg": QUERY})
        # The Browser reads %20, not +.
        return f"http://localhost:{self.http}/browser/?{query.replace('+', '%20')}"


def password(file: Path = ENV_FILE) -> str:
    """Return NEO4J_PASSWORD from the `.env` file; it is generated on the first call."""
    text = file.read_text("utf-8") if file.exists() else ""
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "NEO4J_PASSWORD" and value.strip():
            file.chmod(0o600)
            return value.strip().strip("\"'")
    generated = secrets.token_hex(16)
    if text and not text.endswith("\n"):
        text += "\n"
    # mkstemp creates the file with mode 600; the rename shows it complete.
    handle, scratch = tempfile.mkstemp(dir=file.parent, prefix=".env.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(f"{text}NEO4J_PASSWORD={generated}\n")
    Path(scratch).replace(file)
    return generated


def engine_answers() -> bool:
    """Return whether `docker compose` is installed and a Docker engine answers."""
    if shutil.which("docker") is None:
        return False
    for command in ([*COMPOSE, "version"], ["docker", "info"]):
        try:
            done = subprocess.run(command, capture_output=True, timeout=10, check=False)
        except subprocess.TimeoutExpired:
            return False
        if done.returncode != 0:
            return False
    return True


def start_docker(secret: str) -> Running:
    """Start the service of `docker-compose.yml` unless it runs."""
    environment = os.environ | {"NEO4J_PASSWORD": secret}
    found = []
    for inside in PORTS:
        shown = subprocess.run(
            [*COMPOSE, "port", "neo4j", str(inside)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        found += [int(shown.stdout.strip().rpartition(":")[2])] if shown.returncode == 0 else []
    bolt, http = found if len(found) == len(PORTS) else free_ports(PORTS)
    run(
        [*COMPOSE, "up", "-d", "--wait"],
        failure="Docker could not start Neo4j",
        NEO4J_PASSWORD=secret,
        NEO4J_BOLT_PORT=str(bolt),
        NEO4J_HTTP_PORT=str(http),
    )
    return Running(bolt, http)


def local_running() -> Running | None:
    """Return the server from Maven that an earlier call left running, if any."""
    if not RUNNING.exists():
        return None
    found = Running(**json.loads(RUNNING.read_text("utf-8")))
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(found.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return (
        found if f"--home-dir={HOME}" in shown.stdout else None
    )  # else another process has the id


def stop() -> None:
    """Stop the server, in Docker or not; its data is kept."""
    local = local_running()
    if local is not None:
        os.kill(local.pid, signal.SIGTERM)
        while local_running() is not None:
            time.sleep(0.2)
    elif engine_answers():
        run([*COMPOSE, "stop"], failure="Docker could not stop Neo4j", NEO4J_PASSWORD=password())
    else:
        print("No Neo4j was started here.")
        return
    print("Neo4j has stopped; its data is kept for the next `make neo4j`.")


def demo_commands(folder: Path, uri: str) -> list[list[str]]:
    """Return the commands that load the sample company into Neo4j and compute its scores."""
    return [
        ["demo", str(folder), "--quiet"],
        ["load", "tables", str(folder / "in"), "--store", uri, "--replace", "--quiet"],
        ["run", "--store", uri, "--direction", "follows=reversed", "--quiet"],
    ]


def influence(*arguments: str, secret: str) -> None:
    """Run a command of the command line on the server."""
    beside = Path(sys.executable).with_name("influence")
    print("$ influence", *arguments, flush=True)
    run(
        [str(beside) if beside.exists() else "influence", *arguments],
        failure=f"`influence {arguments[0]}` failed",
        NEO4J_USERNAME="neo4j",
        NEO4J_PASSWORD=secret,
    )


def load_demo(running: Running, secret: str, *, reload: bool) -> None:
    """Load the sample company and compute its scores, unless the database contains data."""
    with neo4j.GraphDatabase.driver(running.uri, auth=("neo4j", secret)) as driver:
        empty = not driver.execute_query("MATCH (n) RETURN n LIMIT 1").records
    if not (empty or reload):
        print(
            "The database contains data, which is kept (--reload loads the sample company again)."
        )
        return
    with tempfile.TemporaryDirectory(prefix="influence-demo-") as folder:
        for arguments in demo_commands(Path(folder), running.uri):
            influence(*arguments, secret=secret)


def describe(running: Running, *, foreground: bool) -> None:
    """Print the addresses, where the password is, a query, and how to stop."""
    if (running.bolt, running.http) != PORTS:
        print(f"Port 7687 or 7474 is taken: Bolt is on {running.bolt}, HTTP on {running.http}.")
    how = "Ctrl-C" if foreground else "python -m tools.neo4j.serve --stop"
    print(
        f"\nNeo4j Browser   {running.browser}"
        f"\nFor programs    {running.uri}"
        f"\nUser            neo4j, the password is NEO4J_PASSWORD in {ENV_FILE}"
        f"\nTo stop         {how} (the data is kept)"
        f"\n\n{_about_files(running)}"
        f"\n\nThe link opens this query; run it with Ctrl-Enter:\n\n{QUERY}\n",
        flush=True,
    )


def _about_files(running: Running) -> str:
    favorites = f"For all queries of the library drag {FILES / bundle.FAVORITES} onto it."
    if running.pid:
        return f"The Browser opens with colours and a guide. {favorites}"
    command = f"influence browser {FILES} --store {running.uri} --serve"
    return f"{favorites}\nFor colours and a guide: {command}"


def serve(*, detach: bool, reload: bool) -> None:
    """Start a server unless one runs, load the sample company, and print how to use it."""
    secret = password()
    running, server = local_running(), None
    if running is None and engine_answers():
        running = start_docker(secret)
    elif running is None:
        print("Starting Neo4j (the first start downloads about 140 MB) ...", flush=True)
        listening = listen()
        settings = browser_files.settings(listening.getsockname()[1])
        ports = free_ports(PORTS)
        server = LocalServer(HOME, secret, ports=ports, heap="1g", settings=settings)
        server.start(detached=detach)
        browser_files.start(FILES, listening, server.pid)
        running = Running(server.bolt_port, server.http_port, server.pid)
        RUNNING.write_text(json.dumps(asdict(running)), "utf-8")
    try:
        wait_for_query(running.uri, ("neo4j", secret))
        load_demo(running, secret, reload=reload)
        influence("browser", str(FILES), "--store", running.uri, "--quiet", secret=secret)
        foreground = server is not None and not detach
        describe(running, foreground=foreground)
        if server is not None and foreground:
            server.wait()
    except BaseException:
        detach = False  # stop the server, since its addresses were not printed
        raise
    finally:
        if server is not None and not detach:
            print("Stopping Neo4j ...", flush=True)
            server.stop()


def main() -> int:
    """Run the command line; an error is one message on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tools.neo4j.serve", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--detach", action="store_true", help="leave the server running")
    choice.add_argument("--stop", action="store_true", help="stop the running server")
    parser.add_argument(
        "--reload",
        action="store_true",
        help="load the sample company even if the database contains data",
    )
    options = parser.parse_args()
    try:
        stop() if options.stop else serve(detach=options.detach, reload=options.reload)
    except ServerError as error:
        print(error, file=sys.stderr)
        if isinstance(error.__cause__, AuthError):
            print(
                f"{ENV_FILE} must contain the password of the database; to start over, "
                f"delete {HOME}, or with Docker run `docker compose down --volumes`.",
                file=sys.stderr,
            )
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
