"""Hands the Browser its style and guide as long as Neo4j runs.

Started by `serve` as ``python -m tools.neo4j.handout FOLDER SOCKET PID``, with a socket that
listens already; it ends with the process PID.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from influence.browser import serve as handout


def settings(port: int) -> str:
    """Lines of `neo4j.conf`: the Browser fetches style and guide when it has connected."""
    return (
        f"browser.post_connect_cmd={'; '.join(handout.commands(port))}\n"
        f"browser.remote_content_hostname_whitelist={','.join(handout.HOSTS)}\n"
    )


def start(folder: Path, listening: socket.socket, pid: int) -> None:
    """Hand out the files of `folder`, in a process of its own that ends when `pid` has."""
    number = listening.fileno()
    command = [sys.executable, "-m", "tools.neo4j.handout", str(folder), str(number), str(pid)]
    subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        pass_fds=[number],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C does not reach it
    )
    listening.close()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    """Hand out until the process that it is for has ended."""
    folder, number, pid = sys.argv[1:]
    server = handout.server(Path(folder), socket.socket(fileno=int(number)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while _lives(int(pid)):
        time.sleep(0.5)


if __name__ == "__main__":
    main()
