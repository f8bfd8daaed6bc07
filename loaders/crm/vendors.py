"""The vendors: their addresses, how to log in, and the classes that read and write them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from influence.loaders.crm.access import Access
from influence.loaders.crm.client import Client
from influence.loaders.crm.hubspot import HubSpot
from influence.loaders.crm.salesforce import Salesforce


@dataclass(frozen=True)
class Vendor:
    """The properties of a vendor.

    Attributes
    ----------
    title : str
    url : str
        The usual address; blank where every customer of the vendor has their own.
    version : str
        The version of the API that is used unless another one is asked for.
    kind : type
        What reads and writes it.
    """

    title: str
    url: str
    version: str
    kind: type[Salesforce] | type[HubSpot]


VENDORS = {
    "salesforce": Vendor("Salesforce", "", "64.0", Salesforce),
    "hubspot": Vendor("HubSpot", "https://api.hubapi.com", "2026-03", HubSpot),
}


@contextmanager
def connect(
    vendor: str, access: Access, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Salesforce | HubSpot]:
    """Yield the CRM of a vendor, and close the connection at the end; nothing is sent yet.

    Raises
    ------
    CrmError
        If the extra `crm` is not installed.
    """
    known = VENDORS[vendor]
    path = known.kind.token_path(access.version)
    with closing(Client(access, known.title, path, sleep)) as client:
        yield known.kind(client, access.version)
