"""Read a mapping: a TOML file, or one of a vendor that is shipped with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from influence.errors import UsageError
from influence.loaders.mapped.lines import Place, line_of
from influence.loaders.mapped.names import undecided, wrong_names
from influence.loaders.mapped.schema import Mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

VENDORS = Path(__file__).resolve().parents[1] / "vendors"


def vendors() -> list[str]:
    """Return the names of the mappings that are shipped with the package."""
    return sorted(file.stem for file in VENDORS.glob("*.toml"))


def read_mapping(given: str | Path) -> Mapping:
    """Read a mapping by the path of its file, or by the name of a vendor.

    Raises
    ------
    UsageError
        With all errors of the mapping, each with its line and key; or if there is no such file.
    """
    path = Path(given)
    if not path.is_file():
        path = VENDORS / f"{str(given).lower()}.toml"
        if path.parent != VENDORS or not path.is_file():
            raise UsageError(
                f"{given}: no such mapping; give the path of a TOML file, or one of "
                f"{', '.join(vendors())}"
            )
    try:
        text = path.read_bytes().decode("utf-8-sig")
        raw = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f"{path.name}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name}: not TOML: {error}") from None
    open_ = [*undecided(raw)]
    errors: list[tuple[Place, str]] = [*open_, *wrong_names(raw)]
    try:
        mapping = Mapping.model_validate(raw)
    except ValidationError as error:
        places = {place for place, _ in open_}
        found = [each for each in error.errors() if each["loc"] not in places]
        errors += [(each["loc"], _message(each)) for each in found]
    if errors:
        raise UsageError(_listed(path.name, text, errors))
    return mapping


def _listed(name: str, text: str, errors: Sequence[tuple[Place, str]]) -> str:
    """List all errors in the order of their lines."""
    found = sorted((line_of(text, place) or 0, _key(place), what) for place, what in errors)
    lines = [f"{name}{f':{line}' if line else ''}: {key}{what}" for line, key, what in found]
    n = len(lines)
    return "\n".join([f"{n} error{'s' * (n != 1)} in the mapping:", *lines])


def _key(place: Sequence[str | int]) -> str:
    """Return a place as `file[1].rows[2].table: `, counted from 1."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return f"{text}: " if text else ""


def _message(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "no such key"
    if error["type"] == "missing":
        return "this key is missing"
    return error["msg"].removeprefix("Value error, ")
