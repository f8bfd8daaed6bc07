"""Find ids that differ only by case, blanks or the `.0` of a number."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

HIDDEN = r"[\s\p{Z}\x{200b}\x{2060}\x{feff}]+"


def other_spellings(ids: pa.Array, known: pa.Array) -> dict[str, str]:
    """Return, by unknown id, a known id that differs only in spelling.

    Examples
    --------
    >>> other_spellings(pa.array(["a ", "1.0", "Z"]), pa.array(["A", "1"]))
    {'a ': 'A', '1.0': '1'}
    """
    at = pc.index_in(_bare(ids), _bare(known))
    found = pc.is_valid(at)
    meant = known.take(at.filter(found))
    return dict(zip(ids.filter(found).to_pylist(), meant.to_pylist(), strict=True))


def _bare(ids: pa.Array) -> pa.Array:
    visible = pc.replace_substring_regex(pc.utf8_lower(ids), HIDDEN, "")
    return pc.replace_substring_regex(visible, r"^([0-9]+)\.0+$", "\\1")
