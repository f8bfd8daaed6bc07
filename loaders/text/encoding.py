"""Convert bytes to UTF-8, which all later steps read."""

from __future__ import annotations

import codecs
import contextlib

from influence.loaders.text.grid import Unreadable, lines_with_content

BY_MARK = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is a prefix of this one
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAMPLE = 1 << 16
EVENLY = 0.95
RARE = 0.3
"""Largest share of accented letters in Western text; in Cyrillic or Greek it is close to 1."""


def as_utf8(data: bytes, encoding: str | None) -> tuple[bytes, str]:
    """Return text as UTF-8 without a byte order mark, and its original encoding.

    Raises
    ------
    Unreadable
        At the first row that is not in this encoding; names the likely one if none was given.
    """
    if encoding is None and (at := _first_zero(data)) is not None:
        guess = _wide(data)
        hint = (
            f"looks like {guess}: --encoding {guess}" if guess else "not text, or compressed twice"
        )
        raise Unreadable(f"zero bytes; {hint}", _row(data, at), lines_with_content(data))
    mark = next((mark for mark in BY_MARK if data.startswith(mark)), b"")
    wanted = encoding or BY_MARK.get(mark, "utf-8")
    try:
        if codecs.lookup(wanted).name in {"utf-8", "utf-8-sig", "ascii"}:
            body = data.removeprefix(codecs.BOM_UTF8)
            if not body.isascii():
                body.decode("utf-8" if wanted != "ascii" else wanted)
            return body, "UTF-8"
        return data.decode(wanted).removeprefix("\ufeff").encode(), wanted
    except UnicodeDecodeError as error:
        shown = "UTF-8" if wanted == "utf-8" else wanted
        hint = "" if encoding or mark else _hint(data)
        row = _row(data, error.start)
        raise Unreadable(f"not {shown}{hint}", row, lines_with_content(data)) from error
    except UnicodeEncodeError as error:  # lone surrogates, which utf-16 lets through
        raise Unreadable(f"not text: {error.reason}") from error


def _first_zero(data: bytes) -> int | None:
    """Return the position of the first zero byte, unless a byte order mark explains it."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    return None if marked or b"\0" not in data else data.index(b"\0")


def _row(data: bytes, at: int) -> int:
    """Return the row that contains a byte."""
    before = data[:at].splitlines(keepends=True)
    return len(before) + (not before or before[-1].endswith((b"\n", b"\r")))


def _hint(data: bytes) -> str:
    """Name the likely encoding, unless most of the text is valid UTF-8."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) - broken > broken:
        return ", though the rest is: is a character cut, or were files joined?"
    guess = likely(data)
    return f"; looks like {guess}: --encoding {guess}"


def _wide(data: bytes) -> str | None:
    """Recognise UTF-16 or UTF-32 without a mark by the positions of zero bytes."""
    sample = data[: SAMPLE // 4 * 4]
    zeros = [sample[i::4].count(0) for i in range(4)]
    total = sum(zeros)
    for name, places in (("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2)),
                         ("utf-16-le", (1, 3)), ("utf-16-be", (0, 2))):  # fmt: skip
        found = [zeros[place] for place in places]
        if total and sum(found) >= EVENLY * total and min(found) * 3 > max(found):
            with contextlib.suppress(UnicodeDecodeError):
                if "\n" in data.decode(name) or "\r" in data.decode(name):
                    return name
    return None


def likely(data: bytes) -> str:
    """Return the most likely encoding of bytes that are not UTF-8."""
    sample = data[:SAMPLE]
    if wide := _wide(data):
        return wide
    western = data.decode("cp1252", "replace")
    letters = [char for char in western if char.isalpha()]
    accented = sum(char > "\x7f" for char in letters)
    if "\ufffd" not in western and accented <= RARE * max(len(letters), 1):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best and best.encoding != "utf_8" else "cp1252"
