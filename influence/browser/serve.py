"""An HTTP server for the files: the Browser fetches styles and guides only by URL."""

from __future__ import annotations

import socket
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from influence.browser import bundle

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    bundle.STYLE: "text/plain; charset=utf-8",
    bundle.GUIDE: "text/html; charset=utf-8",
    bundle.FAVORITES: "application/zip",
}
HOSTS = ("localhost", "127.0.0.1")
GUIDE_DELAY = 0.5
"""Delay of the guide in seconds, so that it arrives after the style and is shown on top."""


def commands(port: int) -> list[str]:
    """Return the Browser commands that fetch style and guide."""
    at = f"http://localhost:{port}"
    return [f"style {at}/{bundle.STYLE}", f"play {at}/{bundle.GUIDE}"]


def listen(port: int = 0) -> socket.socket:
    """Return a socket that listens on localhost only; port 0 chooses a free port."""
    return socket.create_server(("127.0.0.1", port))


def server(folder: Path, listening: socket.socket) -> ThreadingHTTPServer:
    """Return an HTTP server for the files of a folder; call `serve_forever` to start it."""
    handler = partial(Handler, folder=folder)
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler, bind_and_activate=False)
    made.socket.close()
    made.socket = listening
    return made


class Handler(BaseHTTPRequestHandler):
    """Serve only the three files, and only to pages from localhost."""

    def __init__(self, *arguments: object, folder: Path) -> None:
        self.folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_OPTIONS(self) -> None:
        """Answer a CORS preflight request."""
        self._answer(204, "", b"")

    def do_GET(self) -> None:
        """Send a file."""
        name = urlsplit(self.path).path.removeprefix("/")
        file = self.folder / name
        if name not in KINDS or not file.is_file():
            self._answer(404, "", b"")
            return
        if name == bundle.GUIDE:
            time.sleep(GUIDE_DELAY)
        self._answer(200, KINDS[name], file.read_bytes())

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        origin = self.headers.get("Origin", "")
        if urlsplit(origin).hostname in HOSTS:
            # not *: the guide names a customer, and other pages are open beside the Browser
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Headers", "*")
            self.send_header("Vary", "Origin")
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Log nothing."""
