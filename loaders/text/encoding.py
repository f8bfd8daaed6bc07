"""Bytes as UTF-8, in which everything else is read."""

from __future__ import annotations

import codecs

from influence.loaders.text.grid import Unreadable

BY_MARK = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAMPLE = 1 << 16
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
        guess = likely(data)
        hint = f"looks like {guess}: --encoding {guess}" if guess.startswith("utf") else "no text?"
        raise Unreadable(f"zero bytes; {hint}", _row(data, at), _lines(data))
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
        hint = "" if encoding else f"; looks like {likely(data)}: --encoding {likely(data)}"
        row = _row(data, error.start)
        raise Unreadable(f"not {shown}{hint}", row, _lines(data)) from error
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


def _lines(data: bytes) -> int:
    return sum(1 for line in data.splitlines() if line.strip())


def likely(data: bytes) -> str:
    """The encoding that bytes which are not UTF-8 are most likely in."""
    sample = data[:SAMPLE]
    if sample.count(0) > len(sample) // 8:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    western = data.decode("cp1252", "replace")
    letters = [char for char in western if char.isalpha()]
    accented = sum(char > "\x7f" for char in letters)
    if "\ufffd" not in western and accented <= RARE * max(len(letters), 1):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best and best.encoding != "utf_8" else "cp1252"
