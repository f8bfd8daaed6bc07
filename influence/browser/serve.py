"""Hands the files to the Browser, which fetches a style and a guide from an address only."""

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
SECOND = 0.5
"""Seconds that the guide comes after the style: what comes last stands on top in the Browser."""


def commands(port: int) -> list[str]:
    """What the Browser is told, so that it fetches style and guide."""
    at = f"http://localhost:{port}"
    return [f"style {at}/{bundle.STYLE}", f"play {at}/{bundle.GUIDE}"]


def listen(port: int = 0) -> socket.socket:
    """Return a socket that listens on this machine only; port 0 is any free one."""
    return socket.create_server(("127.0.0.1", port))


def server(folder: Path, listening: socket.socket) -> ThreadingHTTPServer:
    """What hands out the files of a folder once `serve_forever` is called."""
    handler = partial(Handler, folder=folder)
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler, bind_and_activate=False)
    made.socket.close()
    made.socket = listening
    return made


class Handler(BaseHTTPRequestHandler):
    """Answers for the three files alone, and lets pages of this machine alone read them."""

    def __init__(self, *arguments: object, folder: Path) -> None:
        self.folder = folder
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_OPTIONS(self) -> None:
        """Allow what a page asks whether it may."""
        self._answer(204, "", b"")

    def do_GET(self) -> None:
        """Give a file."""
        name = urlsplit(self.path).path.removeprefix("/")
        file = self.folder / name
        if name not in KINDS or not file.is_file():
            self._answer(404, "", b"")
            return
        if name == bundle.GUIDE:
            time.sleep(SECOND)
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
        """Say nothing."""
