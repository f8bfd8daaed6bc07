"""Salesforce and HubSpot: read what changed since the last pull, and push scores back.

`pull` keeps files in the shape of the vendor's own exports, which the mappings `salesforce` and
`hubspot` read. `push` changes fields of records that exist, and never creates one.
"""

from influence.loaders.crm.access import Access
from influence.loaders.crm.hubspot import HubSpot
from influence.loaders.crm.pull import Pulled, pull
from influence.loaders.crm.push import Change, PushResult, RowError, push
from influence.loaders.crm.salesforce import Salesforce
from influence.loaders.crm.vendors import VENDORS, Vendor, connect

__all__ = [
    "VENDORS",
    "Access",
    "Change",
    "HubSpot",
    "Pulled",
    "PushResult",
    "RowError",
    "Salesforce",
    "Vendor",
    "connect",
    "pull",
    "push",
]
