"""Literals of Cypher are read back unchanged by a twin that reads them like Neo4j."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influence import queries
from influence.browser.literals import literal, saved
from tests.examples import examples

SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
hostile_texts = st.lists(
    st.sampled_from(
        [*"\\'\"`\n\r\0\u2028\x85;}/*😀", "u0027", "\\u0027", "\\u000a", "$limit", "//"]
    )
    | st.text(max_size=3)
).map("".join)
thoroughly = examples(300)


def read(text: str) -> tuple[str, str]:
    """Read the quoted text at the beginning; return it and the rest."""
    assert text[0] == "'"
    units: list[int] = []
    i = 1
    while text[i] != "'":
        char, size = text[i], 1
        if char == "\\":
            if text[i + 1] == "u":
                char, size = chr(int(text[i + 2 : i + 6], 16)), 6
                # Neo4j decodes these before it parses, so they would end the literal.
                assert char not in "'\"\\\n\r"
            else:
                char, size = SHORT[text[i + 1]], 2
        units.append(ord(char))
        i += size
    whole = "".join(map(chr, units))
    return whole.encode("utf-16", "surrogatepass").decode("utf-16"), text[i + 1 :]


@thoroughly
@given(hostile_texts)
def test_a_literal_is_read_back(text: str) -> None:
    written = literal(text)
    assert read(written + " rest") == (text, " rest")
    assert written.isprintable()


@thoroughly
@given(hostile_texts)
def test_an_id_adds_no_line_to_a_saved_query(text: str) -> None:
    query = queries.explore("picture")
    plain = saved(query, {"customer": "A"}).splitlines()
    found = saved(query, {"customer": text}).splitlines()
    assert len(found) == len(plain)
    differing = [line for line in found if line not in plain]
    assert all(literal(text) in line for line in differing if not line.startswith("//"))
