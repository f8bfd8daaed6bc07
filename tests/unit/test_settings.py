from __future__ import annotations

from pathlib import Path

import pytest

from influence import UsageError
from influence.settings import resolve


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("INFLUENCE_STORE", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)


def test_flags_override_environment_file_and_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert resolve().store == "./influence-data"
    Path("influence.toml").write_text('store = "from-file"\nusername = "ann"\n')
    assert resolve().store == "from-file"
    monkeypatch.setenv("INFLUENCE_STORE", "from-environment")
    assert resolve().store == "from-environment"
    assert resolve("from-flag").store == "from-flag"
    assert resolve().credentials.username == "ann"


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2")
    settings = resolve()
    assert settings.credentials.password == "hunter2"
    assert "hunter2" not in repr(settings) + str(settings) + repr(settings.credentials)


def test_similar_environment_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERNAME", "somebody")
    monkeypatch.setenv("STORE", "elsewhere")
    monkeypatch.setenv("PASSWORD", "x")
    settings = resolve()
    assert (settings.username, settings.store) == ("neo4j", "./influence-data")


@pytest.mark.parametrize("text", ["stroe = 'x'\n", "store = \n", "store = 3\n"])
def test_an_unknown_key_or_an_invalid_file_is_a_usage_error(text: str) -> None:
    Path("influence.toml").write_text(text)
    with pytest.raises(UsageError, match=r"influence\.toml"):
        resolve()
