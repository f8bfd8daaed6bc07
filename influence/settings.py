"""Settings: defaults < influence.toml < environment < flags, resolved once for each command."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from influence.conditions.role_rules import DEFAULT_ROLES
from influence.errors import UsageError
from influence.network import Direction
from influence.store import Credentials
from influence.store.protocol import KEEP_INPUTS, REMOVAL_LIMIT
from influence.tables.notes import Note
from influence.value.card_rules import CardRules
from influence.value.conventions import Conventions

if TYPE_CHECKING:
    from influence.parameters import Limits

FILE = "influence.toml"
T = TypeVar("T")
RENAMED = {"budget": "max_seconds"}
"""Earlier names of keys, which still work, and the names that they have now."""


def _named(toml: str, variable: str, **options: Any) -> Any:
    return Field(validation_alias=AliasChoices(toml, variable), **options)


class Settings(BaseSettings):
    """The address of the store, the credentials for it, and the defaults of a run.

    Secrets are masked when shown.
    """

    model_config = SettingsConfigDict(
        toml_file=FILE, extra="forbid", env_ignore_empty=True, case_sensitive=True
    )

    store: str = _named(
        "store",
        "INFLUENCE_STORE",
        default="./influence-data",
        description="a directory, or the address of a Neo4j server",
    )
    username: str = _named(
        "username", "NEO4J_USERNAME", default="neo4j", description="user of the Neo4j server"
    )
    password: SecretStr = _named(
        "password",
        "NEO4J_PASSWORD",
        default=SecretStr(""),
        description="password of the Neo4j server",
    )
    database: str | None = _named(
        "database",
        "NEO4J_DATABASE",
        default=None,
        description="database of the Neo4j server; blank: its default",
    )
    from_username: str = _named(
        "from_username",
        "INFLUENCE_FROM_USERNAME",
        default="neo4j",
        description="user of the server that `load cypher` reads",
    )
    from_password: SecretStr = _named(
        "from_password",
        "INFLUENCE_FROM_PASSWORD",
        default=SecretStr(""),
        description="password of the server that `load cypher` reads",
    )
    from_database: str | None = _named(
        "from_database",
        "INFLUENCE_FROM_DATABASE",
        default=None,
        description="database of the server that `load cypher` reads; blank: its default",
    )
    weights: tuple[float, ...] | None = Field(
        default=None, description="weights for distance 1, 2, 3 …, from 0 to 1, never increasing"
    )
    directions: dict[str, Direction] = Field(
        default_factory=dict, description="by kind of tie: both, as-written or reversed"
    )
    kind_weight: dict[str, float] = Field(
        default_factory=dict,
        description="by kind of tie, what influence along it is multiplied with, above 0, up to 1",
    )
    value: dict[str, Any] = Field(
        default_factory=dict, description="table of the conventions for money, see below"
    )
    scorecard: dict[str, Any] = Field(
        default_factory=dict, description="table of the rules of the score card, see below"
    )
    roles: dict[str, str] = Field(
        default_factory=dict, description="by role, its condition; an empty text removes a role"
    )
    memory: str | int | None = Field(
        default=None, description="memory that a run may use: bytes, or a text such as 16GB"
    )
    max_seconds: float | None = Field(
        default=None, description="seconds after which a run estimates instead of searching (120)"
    )
    budget: float | None = None
    removal_limit: float = Field(
        default=REMOVAL_LIMIT,
        ge=0.0,
        le=1.0,
        description="share of the customers, or of the ties, that a load may remove",
    )
    keep_inputs: int = Field(
        default=KEEP_INPUTS,
        ge=0,
        description="of how many earlier inputs a directory keeps the tables, for `compare --why`",
    )

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        """Refuse a key under both its names."""
        for old, new in RENAMED.items():
            if getattr(self, old) is not None and getattr(self, new) is not None:
                raise ValueError(f"{old} is the earlier name of {new}: give one of them")
        return self

    @property
    def notes(self) -> list[Note]:
        """Notes on the settings: keys under their earlier names."""
        return [
            Note(f"{FILE}: {old} is now called {new}; the old name still works", "renamed",
                 key=old, name=new)
            for old, new in RENAMED.items()
            if getattr(self, old) is not None
        ]  # fmt: skip

    @field_validator("weights", "memory", "max_seconds", "budget", "removal_limit", "keep_inputs",
                     mode="before")  # fmt: skip
    @classmethod
    def _no_flags(cls, value: Any) -> Any:
        """Refuse true and false, which would be taken for 1 and 0."""
        if any(isinstance(part, bool) for part in (value if isinstance(value, list) else [value])):
            raise ValueError("a number is needed, not true or false")
        return value

    @property
    def origin(self) -> str:
        """The file that was read, if any, and the keys that it sets."""
        path = Path(FILE)
        if not path.exists():
            return f"no {FILE} in this directory; defaults, environment and flags"
        return f"{path.absolute()}: {', '.join(_read_toml(path)) or 'empty'}"

    def checked_weights(self) -> tuple[float, ...] | None:
        """The weights of influence.toml, None where it has none.

        Raises
        ------
        UsageError
            If they cannot be used.
        """
        from influence.models.weights import check_weights

        return None if self.weights is None else check_weights(self.weights)

    @property
    def credentials(self) -> Credentials:
        """User, password and database of a Neo4j server."""
        return Credentials(self.username, self.password.get_secret_value(), self.database)

    @property
    def from_credentials(self) -> Credentials:
        """User, password and database of the server that `load cypher` reads.

        Those of the store are not used: they must not be sent to another server.
        """
        password = self.from_password.get_secret_value()
        return Credentials(self.from_username, password, self.from_database)

    def conventions(self, flags: Mapping[str, str] | None = None) -> Conventions:
        """The conventions for money: the table `value` of influence.toml, and flags over it.

        Raises
        ------
        UsageError
            If there is no such convention, or it cannot have this value.
        """
        return _read_table("value", Conventions, {**self.value, **(flags or {})})

    def card_rules(self, flags: Mapping[str, str] | None = None) -> CardRules:
        """The rules of the score card: the table `scorecard`, and flags that win over it.

        Raises
        ------
        UsageError
            If there is no such rule, or it cannot have this value.
        """
        return _read_table("scorecard", CardRules, {**self.scorecard, **(flags or {})})

    def role_rules(self) -> dict[str, str]:
        """The rules of roles: those of the package, and the table `roles` that wins over them.

        A role whose rule is an empty text is left out.
        """
        return {**DEFAULT_ROLES, **self.roles}

    def limits(self, memory: str | None = None, max_seconds: float | None = None) -> Limits:
        """The limits on memory and time: influence.toml, and flags that win over it.

        Raises
        ------
        UsageError
            If one of them cannot be used.
        """
        # Importing the planner loads the compiler, which most commands do not need.
        from influence.engine.planner import read_memory
        from influence.parameters import MAX_SECONDS, Limits

        size = memory if memory is not None else self.memory
        given = (max_seconds, self.max_seconds, self.budget)
        seconds = next((value for value in given if value is not None), None)
        return Limits(
            max_seconds=MAX_SECONDS if seconds is None else seconds,
            memory=None if size is None else read_memory(str(size)),
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def resolve(store: str | None = None) -> Settings:
    """Read the settings of one command.

    Parameters
    ----------
    store : str, optional
        From a flag; wins over all else.

    Raises
    ------
    UsageError
        If influence.toml cannot be read or has an unknown key.
    """
    try:
        return Settings.model_validate({"store": store} if store else {})
    except ValidationError as error:
        raise UsageError(f"{FILE}: {'; '.join(map(_problem, error.errors()))}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{FILE}: {error}") from error


def salvage(store: str | None = None) -> Settings:
    """Read only the settings of the store, for when the rest of influence.toml is faulty.

    They come from flags and the environment, then from those keys of the file that are text.
    """
    found = _WithoutFile.model_validate({"store": store} if store else {})
    try:
        there = _read_toml(Path(FILE))
    except (OSError, ValueError):
        return found
    for key in ("store", "username", "password", "database"):
        value = there.get(key)
        if key not in found.model_fields_set and isinstance(value, str):
            setattr(found, key, SecretStr(value) if key == "password" else value)
    return found


class _WithoutFile(Settings):
    """Settings from flags and the environment."""

    model_config = SettingsConfigDict(toml_file=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        *sources: PydanticBaseSettingsSource,
        **named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment."""
        return super().settings_customise_sources(settings_cls, *sources, **named)[:2]


def _read_table(table: str, kind: type[T], given: Mapping[str, Any]) -> T:
    """Read a table of influence.toml as a dataclass that checks itself."""
    known = {f.name: f.default for f in fields(kind)}  # type: ignore[arg-type]
    for name, value in given.items():
        if name not in known:
            raise UsageError(f"{table}: {_unknown(name, known)}")
        if isinstance(value, bool) and not isinstance(known[name], bool):
            raise UsageError(f"{table}: {name}: {value} is not allowed")
    try:
        return TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        raise UsageError(f"{table}: {'; '.join(map(_problem, error.errors()))}") from None


def _read_toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _problem(error: Any) -> str:
    """Describe what is wrong with one key; of an unknown one, suggest a known one."""
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "value_error":  # raised by a validator above
        return str(error["ctx"]["error"])
    if error["type"] != "extra_forbidden":
        return f"{key}: {error['msg']}"
    return _unknown(key, Settings.model_fields.keys() - RENAMED)


def _unknown(key: str, known: Iterable[str]) -> str:
    meant = get_close_matches(key, known, n=1)
    hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(known)}"
    return f"unknown key {key}: {hint}"
