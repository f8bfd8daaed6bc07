"""Settings: defaults < influence.toml < environment < flags, resolved once, by the commands."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from influence.errors import UsageError
from influence.store import Credentials

FILE = "influence.toml"


def _named(toml: str, variable: str, **options: Any) -> Any:
    return Field(validation_alias=AliasChoices(toml, variable), **options)


class Settings(BaseSettings):
    """Where the store is and who we are there; secrets are masked when shown."""

    model_config = SettingsConfigDict(
        toml_file=FILE, extra="forbid", env_ignore_empty=True, case_sensitive=True
    )

    store: str = _named("store", "INFLUENCE_STORE", default="./influence-data")
    username: str = _named("username", "NEO4J_USERNAME", default="neo4j")
    password: SecretStr = _named("password", "NEO4J_PASSWORD", default=SecretStr(""))
    database: str | None = _named("database", "NEO4J_DATABASE", default=None)

    @property
    def credentials(self) -> Credentials:
        """Who we are at a Neo4j server."""
        return Credentials(self.username, self.password.get_secret_value(), self.database)

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
    """Settle the settings of one command.

    Parameters
    ----------
    store : str, optional
        From a flag; it wins.

    Raises
    ------
    UsageError
        If influence.toml cannot be read or has a key that means nothing.
    """
    try:
        return Settings.model_validate({"store": store} if store else {})
    except ValidationError as error:
        complaints = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise UsageError(f"{FILE}: {'; '.join(complaints)}") from None
    except ValueError as error:
        raise UsageError(f"{FILE}: {error}") from error
