"""The address of a CRM, and the credentials for it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from influence.errors import UsageError


@dataclass(frozen=True)
class Access:
    """Address, API version and credentials of a CRM; no credential is part of its repr.

    Attributes
    ----------
    url : str
        Such as `https://acme.my.salesforce.com`; `http://` only on this machine.
    version : str
        Version of the API.
    token : str
        An access token. Blank: one is fetched by the client id.
    client_id, client_secret, refresh_token : str
        An OAuth client, by which an expired token is renewed; without a refresh token by the flow
        of client credentials.

    Raises
    ------
    UsageError
        If the address is not valid or would send credentials unencrypted, or none are given.
    """

    url: str
    version: str
    token: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        # Neither address nor credentials are in the messages; an address may contain a password.
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            raise UsageError("the address of the CRM must not contain a user or a password")
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or not _has_valid_port(parts)
        ):
            raise UsageError("the address of the CRM must be https://HOST or https://HOST:PORT")
        if parts.scheme == "http" and not _is_local(parts.hostname):
            raise UsageError(
                f"http://{parts.hostname} would receive the credentials unencrypted: use https://"
            )
        if not all(value.isascii() and value.isprintable() for value in self.secrets):
            raise UsageError("a credential contains a line break or another unusual character")
        if not self.token and not self.can_renew:
            raise UsageError("no credentials: an access token, or an OAuth client, is needed")

    @property
    def can_renew(self) -> bool:
        """Whether a new token can be fetched."""
        return bool(self.client_id and (self.client_secret or self.refresh_token))

    @property
    def secrets(self) -> list[str]:
        """The texts that must not be shown."""
        values = (self.token, self.client_id, self.client_secret, self.refresh_token)
        return [value for value in values if value]


def _has_valid_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
