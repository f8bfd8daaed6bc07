"""The files for the Neo4j Browser as they are served: to whom, and until when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from influence.browser import Examples, bundle, files, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    bundle.write(tmp_path / "out", Examples())
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "out" / "other.txt").write_text("other")
    listening = serve.listen()
    with serve.server(tmp_path / "out", listening) as server:
        # polls often for the end of the test
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.shutdown()


def ask(url: str, origin: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers={"Origin": origin})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), b""


def test_only_pages_from_localhost_may_read_the_files(
    address: str,
) -> None:
    for method in ("GET", "OPTIONS"):
        status, headers, _ = ask(f"{address}/guide.html", "http://localhost:7474", method)
        assert status in {200, 204}
        assert headers["Access-Control-Allow-Origin"] == "http://localhost:7474"
        assert headers["Access-Control-Allow-Headers"] == "*"
    for origin in ("https://example.com", "http://localhost.example.com", "null"):
        assert "Access-Control-Allow-Origin" not in ask(f"{address}/guide.html", origin)[1]
    assert ask(f"{address}/influence.grass", "")[2] == files(Examples())[bundle.STYLE]
    assert ask(f"{address}/favorites.zip", "")[2] == files(Examples())[bundle.FAVORITES]


@pytest.mark.parametrize(
    "path", ["/", "/other.txt", "/../secret", "/%2e%2e/secret", "//etc/passwd"]
)
def test_no_other_file_is_served(address: str, path: str) -> None:
    assert ask(address + path, "http://localhost")[0] == 404


def test_serve_runs_until_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "influence", "browser", str(tmp_path / "out"), "--serve"]
    command[1:3] = ["-c", "from influence.cli import main; main()"]
    with subprocess.Popen(
        [*command, "--store", str(tmp_path / "store")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ,
    ) as process:
        assert process.stdout is not None
        style, play = (process.stdout.readline().strip() for _ in range(2))
        assert style.startswith(":style http://localhost:")
        assert ask(play.removeprefix(":play "), "http://localhost")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
