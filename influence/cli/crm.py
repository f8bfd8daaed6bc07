"""The CRM of a command: its name, and its address and credentials from the environment."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, get_args

import click

if TYPE_CHECKING:
    from influence.loaders.crm import HubSpot, Salesforce

CrmName = Literal["salesforce", "hubspot"]
VARIABLES = {
    "url": "URL",
    "version": "API_VERSION",
    "token": "ACCESS_TOKEN",
    "client_id": "CLIENT_ID",
    "client_secret": "CLIENT_SECRET",
    "refresh_token": "REFRESH_TOKEN",
}
"""Part of the access → end of the variable, which begins with the name of the vendor."""

vendor = click.argument("vendor", type=click.Choice(get_args(CrmName)))


def connected(name: CrmName) -> AbstractContextManager[Salesforce | HubSpot]:
    """Return the CRM with the credentials of the environment.

    Raises
    ------
    UsageError
        If variables are missing or not valid.
    CrmError
        On entering, if the extra `crm` is not installed.
    """
    from influence.errors import UsageError
    from influence.loaders.crm import VENDORS, Access, connect

    known, prefix = VENDORS[name], name.upper()
    given = {part: os.environ.get(f"{prefix}_{end}", "").strip() for part, end in VARIABLES.items()}
    given["url"] = (given["url"] or known.url).rstrip("/")
    given["version"] = given["version"] or known.version
    try:
        access = Access(**given)
    except UsageError as error:
        raise UsageError(
            f"{prefix}_URL, {prefix}_ACCESS_TOKEN, {prefix}_CLIENT_ID …: {error}"
        ) from None
    return connect(name, access)
