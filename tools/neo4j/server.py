"""A local Neo4j Community server from Maven artifacts, without Docker.

>>> from pathlib import Path
>>> from tools.neo4j.server import LocalServer
>>> with LocalServer(Path("/tmp/home"), password="local-secret") as server:  # doctest: +SKIP
...     print(server.uri)
bolt://127.0.0.1:40123
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Self

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from tools.neo4j.jars import (
    LTS,
    Java,
    Release,
    ServerError,
    fetch_jars,
    fetch_plugin,
    find_java,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FRUGAL = ("-XX:+UseSerialGC",)
# Without the optimising compiler, which in the first minutes takes more time than it saves.
# Java then gives compiled code 48 MB, which hundreds of tests fill; queries fail from there on.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m")
# Java options of Neo4j's own packages, which recommend a heap of full size from the start.
AS_DELIVERED = ("-XX:+UseG1GC", "-XX:-OmitStackTraceInFastThrow", "-XX:+AlwaysPreTouch")
START_SECONDS = 120.0
STOP_SECONDS = 30.0

SETTINGS = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=localhost:{bolt}
server.http.listen_address=127.0.0.1:{http}
server.http.advertised_address=localhost:{http}
server.memory.pagecache.size={page_cache}
dbms.usage_report.enabled=false
client.allow_telemetry=false
db.tx_log.preallocate=false
db.tx_log.rotation.size=16m
db.tx_log.rotation.retention_policy=64M size
"""
# A clean stop takes 12 s with the defaults and 2 s with these; for tests only.
QUICK_STOP = """\
internal.server.bolt.thread_pool_shutdown_wait_time=100ms
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
internal.dbms.bolt.netty_server_shutdown_timeout=1s
"""
# Reads until this Python has ended (the pipe closes even on kill -9), then stops the server.
# PR_SET_PDEATHSIG would be shorter, but works on Linux only, and on the end of a *thread*.
WATCHDOG = """\
read -r _
kill -TERM "$1" 2>/dev/null || exit 0
for _ in $(seq 60); do kill -0 "$1" 2>/dev/null || exit 0; sleep 0.5; done
kill -KILL "$1"
"""


def free_ports(wanted: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """Return two free ports on 127.0.0.1, those wanted if they are free."""
    with contextlib.ExitStack() as stack:
        return (
            _bind(stack.enter_context(socket.socket()), wanted[0]),
            _bind(stack.enter_context(socket.socket()), wanted[1]),
        )


def _bind(taker: socket.socket, port: int) -> int:
    # Neo4j listens with this option too, so a port that a server has just released counts as free.
    taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taker.bind(("127.0.0.1", port))
    except OSError:
        taker.bind(("127.0.0.1", 0))
    return int(taker.getsockname()[1])


def wait_for_query(
    uri: str,
    auth: tuple[str, str],
    *,
    check: Callable[[], None] = lambda: None,
    seconds: float = START_SECONDS,
) -> None:
    """Wait until the server has answered a query.

    Parameters
    ----------
    uri, auth
        Address; user name and password.
    check
        Called before every attempt; raises an error if waiting is useless.
    seconds
        Longest wait.

    Raises
    ------
    ServerError
        If the server refuses the password or does not answer in time.
    """
    deadline = time.monotonic() + seconds
    with neo4j.GraphDatabase.driver(uri, auth=auth, connection_acquisition_timeout=5) as driver:
        while True:
            check()
            try:
                with driver.session() as session:
                    session.run("RETURN 1").consume()
            except AuthError as error:
                raise ServerError(f"Neo4j at {uri} refuses the password of {auth[0]}.") from error
            except (DriverError, Neo4jError) as error:
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"Neo4j at {uri} did not answer within {seconds:.0f} s."
                    ) from error
                time.sleep(0.2)
            else:
                return


class LocalServer:
    """A Neo4j server with its own folder; a context manager.

    It can be started again with the data of the same folder. It is stopped when the Python process
    that started it ends, also after a crash.

    Parameters
    ----------
    home
        Folder of data, logs and settings.
    password
        Password of the user ``neo4j``: set before the first start, the same on later ones.
    ports
        Ports of Bolt and HTTP; by default free ones.
    heap
        Size of the Java heap, as in ``-Xmx``.
    page_cache
        Size of the page cache.
    frugal
        Java options for little memory and a fast start, for tests; else those of Neo4j's packages.
    short_lived
        Compile quickly instead of well, and stop in 2 s instead of 12; for tests.
    release
        Release of Neo4j.
    settings
        Further lines of ``neo4j.conf``.
    plugin
        The POM of a plugin, such as ``GDS``.
    """

    username = "neo4j"

    def __init__(
        self,
        home: Path,
        password: str,
        *,
        ports: tuple[int, int] | None = None,
        heap: str = "512m",
        page_cache: str = "64m",
        frugal: bool = True,
        short_lived: bool = False,
        release: Release = LTS,
        settings: str = "",
        plugin: Path | None = None,
    ) -> None:
        self.home = home.resolve()
        self.password = password
        self.java = [*FRUGAL] if frugal else [*AS_DELIVERED, f"-Xms{heap}"]
        self.java.append(f"-Xmx{heap}")
        self.bolt_port, self.http_port = ports or free_ports()
        self.settings = SETTINGS.format(
            bolt=self.bolt_port, http=self.http_port, page_cache=page_cache
        )
        self.settings += settings
        self.release = release
        self.plugin = plugin
        if short_lived:
            self.java += SHORT_LIVED
            self.settings += QUICK_STOP
        self.process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """The address for the driver."""
        return f"bolt://127.0.0.1:{self.bolt_port}"

    @property
    def pid(self) -> int:
        """The process id while it runs, else 0."""
        return self.process.pid if self.process is not None else 0

    @property
    def log(self) -> Path:
        """The file with the output of the server."""
        return self.home / "logs" / "console.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, detached: bool = False) -> None:
        """Start the server, and wait until it answers a query.

        Parameters
        ----------
        detached
            Keep it running when this Python ends.

        Raises
        ------
        ServerError
            If there is no Java or no Maven, if the server ends early, refuses the password or
            does not answer in time.
        """
        if self.process is not None:
            raise ServerError(f"The Neo4j in {self.home} is already running.")
        java = find_java(self.release)
        jars = fetch_jars(java, self.release)
        path = f"{jars}/*"
        if self.plugin is not None:
            folder = fetch_plugin(java, self.plugin)
            # Neo4j finds procedures in the folder of plugins, and extensions on the class path.
            self.settings += f"server.directories.plugins={folder}\n"
            path += f"{os.pathsep}{folder}/*"
        self._prepare(java, jars)
        command = [java.command, *self.java, "-cp", path]
        command += [self.release.main_class, "--console-mode"]
        command += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        with self.log.open("wb") as log:
            self.process = _spawn(command, stdin=subprocess.DEVNULL, output=log.fileno())
        if not detached:
            watch = ["sh", "-c", WATCHDOG, "neo4j-watchdog", str(self.process.pid)]
            self._watchdog = _spawn(watch, stdin=subprocess.PIPE, output=subprocess.DEVNULL)
        try:
            wait_for_query(self.uri, (self.username, self.password), check=self._check_alive)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it cleanly (SIGTERM), or by force after 30 s; do nothing if it does not run."""
        self._end(clean=True)

    def kill(self) -> None:
        """Kill it at once (SIGKILL), as a power cut would."""
        self._end(clean=False)

    def wait(self) -> None:
        """Wait until the server has ended."""
        if self.process is not None:
            self.process.wait()

    def _prepare(self, java: Java, jars: Path) -> None:
        conf = self.home / "conf"
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (conf, self.log.parent):
            folder.mkdir(exist_ok=True)
        (conf / "neo4j.conf").write_text(self.settings, "utf-8")
        if (self.home / "data" / "databases" / "system").exists():
            return
        # An argument file, because other users can read the arguments of a process.
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as arguments:
            quoted = self.password.replace("\\", "\\\\").replace('"', '\\"')
            arguments.write(f'dbms set-initial-password -- "{quoted}"\n')
            arguments.flush()
            run(
                [java.command, *FRUGAL, *SHORT_LIVED, "-cp", f"{jars}/*"],
                ["org.neo4j.cli.AdminTool", f"@{arguments.name}"],
                failure="The initial password could not be set",
                NEO4J_HOME=str(self.home),
                NEO4J_CONF=str(conf),
            )

    def _check_alive(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        tail = [line for line in lines if not line.startswith("\tat ")][-15:]
        raise ServerError(
            "\n".join([f"Neo4j ended during its start; the end of {self.log}:", *tail])
        )

    def _end(self, *, clean: bool) -> None:
        server, self.process = self.process, None
        watchdog, self._watchdog = self._watchdog, None
        if server is not None:
            if clean:
                server.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    server.wait(STOP_SECONDS)
            server.kill()
            server.wait()
        if watchdog is not None:
            watchdog.kill()
            watchdog.wait()
            if watchdog.stdin is not None:
                watchdog.stdin.close()


def _spawn(command: list[str], *, stdin: int, output: int) -> subprocess.Popen[bytes]:
    # A new session, so that Ctrl-C reaches only Python, which then stops the server cleanly.
    return subprocess.Popen(
        command, stdin=stdin, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )
