"""A server that answers as a CRM does, keeps records, and can be made to fail."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

ID, SECRET, REFRESH = "the-client-id", "the-client-secret", "the-refresh-token"


@dataclass
class Answer:
    """What the server sends: JSON, or a text such as CSV."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What the server received."""

    method: str
    path: str
    query: dict[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class FakeCrm:
    """The state of a CRM; subclasses answer.

    Attributes
    ----------
    records : dict
        Sort of record → id → field → value, without the time of the change.
    token : str
        The access token that is valid.
    requests : list of Request
        All that were received, without those for tokens.
    busy : list of dict
        Headers of the next answers, which are 429.
    """

    vendor: ClassVar[str]
    token_path: ClassVar[str]
    contact: ClassVar[str]
    """The sort of record that contacts are."""
    names: ClassVar[dict[str, str]]
    """Column, `own_key` or `key` → field."""

    @staticmethod
    def id_of(number: int) -> str:
        """Return an id of a contact."""
        raise NotImplementedError

    def __init__(self) -> None:
        self.records: dict[str, dict[str, dict[str, Any]]] = {}
        self.changed: dict[tuple[str, str], datetime] = {}
        self.deleted: dict[str, set[str]] = {}
        self.token = "token-1"
        self.tokens = 1
        self.requests: list[Request] = []
        self.busy: list[dict[str, str]] = []
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.page = 2

    def tick(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def put(self, sort: str, key: str, **values: Any) -> None:
        """Make or change a record."""
        self.records.setdefault(sort, {}).setdefault(key, {}).update(values)
        self.changed[sort, key] = self.now
        self.deleted.setdefault(sort, set()).discard(key)

    def delete(self, sort: str, key: str) -> None:
        """Delete a record; it stays in the bin."""
        self.deleted[sort].add(key)
        self.changed[sort, key] = self.now

    def alive(self, sort: str) -> dict[str, dict[str, Any]]:
        """Return the records that are not deleted."""
        gone = self.deleted.get(sort, set())
        return {key: row for key, row in self.records.get(sort, {}).items() if key not in gone}

    def expire(self) -> None:
        """Make the access token invalid; a renewed one is valid."""
        self.token = f"token-{self.tokens + 1}"

    def sent(self, part: str) -> list[Request]:
        """Return the requests with this text."""
        return [request for request in self.requests if part in str(request)]

    def respond(self, request: Request, authorization: str) -> Answer:
        """Check the token, and answer."""
        if request.path == self.token_path:
            return self._give_token(request.body)
        self.requests.append(request)
        if authorization != f"Bearer {self.token}":
            return self.expired()
        if self.busy:
            return Answer(self.too_many(), 429, self.busy.pop(0))
        return self.answer(request)

    def _give_token(self, form: dict[str, str]) -> Answer:
        right = form.get("client_id") == ID and form.get("client_secret") == SECRET
        if form.get("grant_type") == "refresh_token":
            right = right and form.get("refresh_token") == REFRESH
        if not right:  # echoes what it got, as some proxies do
            return Answer({"error": "invalid_client", "error_description": f"not {form}"}, 400)
        self.tokens += 1
        self.token = f"token-{self.tokens}"
        return Answer({"access_token": self.token, "token_type": "Bearer"})

    def expired(self) -> Answer:
        raise NotImplementedError

    def too_many(self) -> Any:
        raise NotImplementedError

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError


@contextmanager
def serving(crm: FakeCrm, port: int = 0) -> Iterator[str]:
    """Serve a CRM on a free port; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: without it, each answer waits 40 ms
        lock = threading.Lock()

        def handle_any(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            kind = self.headers.get("Content-Type", "")
            body: Any = text
            if "json" in kind:
                body = json.loads(text)
            elif "form" in kind:
                body = {name: values[0] for name, values in parse_qs(text).items()}
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            with self.lock:
                answer = crm.respond(
                    Request(self.command, parts.path, query, body),
                    self.headers.get("Authorization", ""),
                )
            is_text = isinstance(answer.body, str)
            content = answer.body if is_text else json.dumps(answer.body)
            sent = (content if answer.body is not None else "").encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", "text/csv" if is_text else "application/json")
            self.send_header("Content-Length", str(len(sent)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PATCH = do_PUT = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
