"""Serve style and guide to the Browser while Neo4j runs.

Started by `serve` as ``python -m tools.neo4j.browser_files FOLDER SOCKET PID`` with a listening
socket; ends when the process PID has ended.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from influence.browser import serve as file_server


def settings(port: int) -> str:
    """Return the lines of `neo4j.conf` that let the Browser fetch style and guide on connection."""
    return (
        f"browser.post_connect_cmd={'; '.join(file_server.commands(port))}\n"
        f"browser.remote_content_hostname_whitelist={','.join(file_server.HOSTS)}\n"
    )


def start(folder: Path, listening: socket.socket, pid: int) -> None:
    """Serve the files of a folder from a new process, which ends when the process `pid` ends."""
    number = listening.fileno()
    command = [
        sys.executable,
        "-m",
        "tools.neo4j.browser_files",
        str(folder),
        str(number),
        str(pid),
    ]
    subprocess.Popen(
        command,
        cwd=Path(__file__).parents[2],
        pass_fds=[number],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that Ctrl-C does not reach it
    )
    listening.close()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    """Serve until the process that is given as an argument has ended."""
    folder, number, pid = sys.argv[1:]
    server = file_server.server(Path(folder), socket.socket(fileno=int(number)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while _is_running(int(pid)):
        time.sleep(0.5)


if __name__ == "__main__":
    main()
