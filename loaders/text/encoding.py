"""Bytes as UTF-8, in which everything else is read."""

from __future__ import annotations

import codecs
import contextlib

from influence.loaders.text.grid import Unreadable, lines_with_content

BY_MARK = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAMPLE = 1 << 16
EVENLY = 0.95
RARE = 0.3
"""In Western text fewer of the letters than this are accented; in Cyrillic or Greek all are."""


def as_utf8(data: bytes, encoding: str | None) -> tuple[bytes, str]:
    """Text as UTF-8 without a byte order mark, and the encoding that it came in.

    Raises
    ------
    Unreadable
        At the first row that is not in this encoding; names the likely one where none was given.
    """
    if encoding is None and (at := _first_zero(data)) is not None:
        guess = _wide(data)
        hint = f"looks like {guess}: --encoding {guess}" if guess else "no text, or packed twice"
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
    """Where the first zero byte is in what has no mark that would explain it."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    return None if marked or b"\0" not in data else data.index(b"\0")


def _row(data: bytes, at: int) -> int:
    """The row of a byte."""
    before = data[:at].splitlines(keepends=True)
    return len(before) + (not before or before[-1].endswith((b"\n", b"\r")))


def _hint(data: bytes) -> str:
    """Which encoding would be tried next, unless all but a few characters are UTF-8."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) - broken > broken:
        return ", though elsewhere it is: is a character cut, or were files joined?"
    guess = likely(data)
    return f"; looks like {guess}: --encoding {guess}"


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where its zero bytes stand."""
    sample = data[: SAMPLE // 4 * 4]
    zeros = [sample[i::4].count(0) for i in range(4)]
    total = sum(zeros)
    for name, places in (("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2)),
                         ("utf-16-le", (1, 3)), ("utf-16-be", (0, 2))):  # fmt: skip
        there = [zeros[place] for place in places]
        if total and sum(there) >= EVENLY * total and min(there) * 3 > max(there):
            with contextlib.suppress(UnicodeDecodeError):
                if "\n" in data.decode(name) or "\r" in data.decode(name):
                    return name
    return None


def likely(data: bytes) -> str:
    """The encoding that bytes which are not UTF-8 are most likely in."""
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
