"""Storage of tables and scores: one protocol, two implementations."""

from __future__ import annotations

from influence.store.credentials import Credentials
from influence.store.loads import Load
from influence.store.lock_wait import LockWait
from influence.store.open import open_store
from influence.store.protocol import Loaded, Store, Written

__all__ = ["Credentials", "Load", "Loaded", "LockWait", "Store", "Written", "open_store"]
