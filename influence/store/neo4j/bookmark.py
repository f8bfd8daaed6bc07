"""What a server's bookmark tells: which database it is, and the number of its last transaction."""

from __future__ import annotations

import base64
import binascii

KIND = "FB:"
DATABASE = b"\x91\xcc\x10"
"""A list of one graph, whose id has 16 bytes."""
NO_OTHERS = b"\x90"
SIZES = {0xC8: 1, 0xC9: 2, 0xCA: 4, 0xCB: 8}
TINY = 0x80


def last_commit(bookmark: str) -> tuple[str, int] | None:
    """The id of a database and the number of its last transaction, from a server's bookmark.

    Drivers need not understand bookmarks, so another server may write others: one that looks
    different in anything tells nothing.
    """
    try:
        data = base64.b64decode(bookmark.removeprefix(KIND), validate=True)
    except (binascii.Error, ValueError):
        return None
    head, database, number = data[:3], data[3:19], data[19:-1]
    if not bookmark.startswith(KIND) or head != DATABASE or data[-1:] != NO_OTHERS or not number:
        return None
    if len(number) == 1 and number[0] < TINY:
        return database.hex(), number[0]
    if SIZES.get(number[0]) != len(number) - 1:
        return None
    return database.hex(), int.from_bytes(number[1:], "big", signed=True)
