"""A text written into Cypher is read back as that text; the twin reads it the way Neo4j does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influence import queries
from influence.browser.literals import literal, saved
from tests.examples import examples

SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
nasty = st.lists(
    st.sampled_from(
        [*"\\'\"`\n\r\0\u2028\x85;}/*😀", "u0027", "\\u0027", "\\u000a", "$limit", "//"]
    )
    | st.text(max_size=3)
).map("".join)
thoroughly = examples(300)


def read(text: str) -> tuple[str, str]:
    """Read one quoted text at the beginning; the rest comes second."""
    assert text[0] == "'"
    units: list[int] = []
    i = 1
    while text[i] != "'":
        char, size = text[i], 1
        if char == "\\":
            if text[i + 1] == "u":
                char, size = chr(int(text[i + 2 : i + 6], 16)), 6
                # a quote, a backslash or an end of line by its number would not be quoted
                assert char not in "'\"\\\n\r"
            else:
                char, size = SHORT[text[i + 1]], 2
        units.append(ord(char))
        i += size
    whole = "".join(map(chr, units))
    return whole.encode("utf-16", "surrogatepass").decode("utf-16"), text[i + 1 :]


@thoroughly
@given(nasty)
def test_a_text_is_read_back(text: str) -> None:
    written = literal(text)
    assert read(written + " rest") == (text, " rest")
    assert written.isprintable()


@thoroughly
@given(nasty)
def test_a_saved_query_has_the_same_lines_whatever_the_id_says(text: str) -> None:
    query = queries.explore("picture")
    plain = saved(query, {"customer": "A"}).splitlines()
    found = saved(query, {"customer": text}).splitlines()
    assert len(found) == len(plain)
    differing = [line for line in found if line not in plain]
    assert all(literal(text) in line for line in differing if not line.startswith("//"))
