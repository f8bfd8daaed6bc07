"""Clean ids: strip blanks and invisible characters, and recognise null words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

INVISIBLE = "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
"""Zero-width space, soft hyphen, byte order mark, directional marks.

Joiners are not included: in some languages they distinguish words.
"""
LARGEST_BLANK = 0x20
ASCII_ENDS = 0x7F
OF_INVISIBLE = (0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xEF)
OF_BLANKS = (0xC2, 0xE1, 0xE2, 0xE3)
"""First UTF-8 bytes of these characters and of blanks beyond ASCII; most columns have none."""
NULL_WORDS = (
    "null", "na", "n/a", "#n/a", "\\n", "nan", "none", "-", "--", "(null)", "[null]", "<null>",
    "<na>", "nat", "undefined", "n.a.", "(none)", "(blank)", "#nv", "#ref!", "#null!", "#value!",
    "#div/0!", "#name?", "#num!",
)  # fmt: skip
"""Words that databases and spreadsheets write for a missing value, in any case."""
LONGEST = max(map(len, NULL_WORDS))


@cache
def spelt() -> pa.StringArray:
    """Return every spelling of the null words; made once, where a column needs it."""
    return pa.array(
        sorted(
            {
                "".join(way)
                for word in NULL_WORDS
                for way in product(*zip(word, word.upper(), strict=True))
            }
        )
    )


def stripped(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Strip surrounding blanks and remove invisible characters.

    Returns
    -------
    pa.ChunkedArray
        The same object if nothing changes or the values are not text.
    """
    if not pa.types.is_string(ids.type):
        return ids
    visible = ids
    if _have(ids, OF_INVISIBLE):
        visible = pc.replace_substring_regex(ids, INVISIBLE, "")
    elif not _have(ids, OF_BLANKS, up_to=LARGEST_BLANK):
        return ids
    bare = pc.utf8_trim_whitespace(visible)
    same = pc.sum(pc.binary_length(bare)) == pc.sum(pc.binary_length(ids))
    return ids if same else bare


def _have(texts: pa.ChunkedArray, some: Sequence[int], up_to: int = -1) -> bool:
    """Return whether texts contain one of these bytes beyond ASCII, or a byte up to a value."""
    return any(
        data.min() <= up_to
        or (data.max() > ASCII_ENDS and any((data == first).any() for first in some))
        for data in text_bytes(texts)
    )


def _only_digits(texts: pa.ChunkedArray) -> bool:
    return all(data.min() >= ord("0") and data.max() <= ord("9") for data in text_bytes(texts))


def text_bytes(texts: pa.ChunkedArray) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the UTF-8 bytes of each chunk that is not empty."""
    for chunk in texts.chunks:
        _, offsets, data = chunk.buffers()
        if len(chunk) and data:
            ends = np.frombuffer(offsets, np.int32)[[chunk.offset, chunk.offset + len(chunk)]]
            if ends[0] < ends[1]:
                yield np.frombuffer(data, np.uint8)[ends[0] : ends[1]]


def null_words(ids: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Return where an id is a null word, such as NULL; bool[ids]."""
    if _only_digits(ids):
        return np.zeros(len(ids), dtype=bool)
    return np.concatenate([np.zeros(0, dtype=bool), *map(_null_words, ids.chunks)])


def _null_words(ids: pa.Array) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(ids), dtype=bool)
    short = pc.fill_null(pc.less_equal(pc.binary_length(ids), LONGEST), fill_value=False)
    at = np.flatnonzero(short.to_numpy(zero_copy_only=False))
    found[at] = pc.is_in(ids.filter(short), spelt()).to_numpy(zero_copy_only=False)
    return found


def without_words(texts: pa.ChunkedArray, words: Sequence[str]) -> pa.ChunkedArray:
    """Replace texts that are one of these words, apart from surrounding blanks, by null."""
    if not words:
        return texts
    found = pc.is_in(pc.utf8_trim_whitespace(texts), pa.array(words, pa.string()))
    return pc.if_else(found, pa.scalar(None, pa.string()), texts)
