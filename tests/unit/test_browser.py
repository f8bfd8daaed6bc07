"""The files for the Neo4j Browser: their contents, and the command that writes them."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import influence as product
from influence import queries
from influence.browser import Examples, bundle, files, literals
from influence.browser.examples import ID_PLACEHOLDER, caption
from influence.browser.style import NODES
from tests import graphs
from tests.commands import influence
from tools.neo4j import browser_files

if TYPE_CHECKING:
    from pathlib import Path

Capsys = pytest.CaptureFixture[str]
HOSTILE_ID = (
    "x'}) DETACH DELETE c //\\u0027 \n\u2028 </pre><script>alert(1)</script> [[first]] $limit \"`;"
)
LIBRARY = {name: q for name, q in queries.library().items() if name.startswith(queries.EXPLORE)}


class Guide(HTMLParser):
    """The slides and queries of a guide, parsed like in the Browser."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.slides = 0
        self.tags: set[str] = set()
        self.queries: list[str] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.slides += tag == "slide"
        self._inside = tag == "pre" and dict(attrs).get("class") == "code runnable"
        self.queries += [""] * self._inside

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.queries[-1] += data


def guide(examples: Examples) -> Guide:
    return Guide(files(examples)[bundle.GUIDE].decode())


def examples(customer: str = "A", clv: float = 100.0) -> Examples:
    tables = product.Tables(
        customers=pa.Table.from_pylist([{"id": customer, "clv": clv}, {"id": "B", "clv": 5.0}]),
        ties=pa.Table.from_pylist([{"source": customer, "target": "B"}]),
    )
    scores = product.compute(tables)
    return Examples.of(scores, tables.customers)


# The style


def test_every_label_has_its_own_colour_and_later_labels_win() -> None:
    text = files(Examples())[bundle.STYLE].decode()
    labels = re.findall(r"^node\.(\w+) \{", text, re.MULTILINE)
    assert labels == list(NODES)
    for earlier, later in (
        ("Customer", "Promoter"),
        ("Promoter", "Detractor"),
        ("Detractor", "Champion"),
        ("Champion", "Ambassador"),
        ("Ambassador", "CriticalDetractor"),
    ):
        assert labels.index(earlier) < labels.index(later)
    colours = [rule["color"] for rule in NODES.values()]
    assert len(set(colours)) == len(colours)
    assert "relationship.REFERRED {\n  color: #E07B00;" in text


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Ann", "Bob"], "{name}"),
        ([None, ""], "{id}"),
        (["Ann", None], "{name} {id}"),
        ([], "{id}"),
        (None, "{id}"),
    ],
)
def test_nodes_are_captioned_by_name_or_id(names: list[str | None] | None, expected: str) -> None:
    columns = {"id": ["A", "B"][: len(names) if names is not None else 2]}
    customers = pa.table(columns if names is None else {**columns, "name": pa.array(names, "str")})
    assert caption(customers) == expected
    style = files(Examples(caption=expected))[bundle.STYLE].decode()
    assert f'caption: "{expected}";' in style


# The queries


def test_the_zip_contains_every_query_of_the_library() -> None:
    content = files(Examples())[bundle.FAVORITES]
    assert content == files(Examples())[bundle.FAVORITES]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert sorted(texts) == [
        f"influence/{name.removeprefix(queries.EXPLORE)}.cypher" for name in LIBRARY
    ]
    for name, query in LIBRARY.items():
        text = texts[f"influence/{name.removeprefix(queries.EXPLORE)}.cypher"]
        assert text.startswith(f"//{query.title}\n")
        assert "$" not in queries.COMMENTS_AND_TEXTS.sub("", text)
        asks = any(parameter.name == "customer" for parameter in query.parameters)
        assert (f"'{ID_PLACEHOLDER}'" in text) == asks


def test_a_saved_query_lists_the_values_to_change() -> None:
    text = literals.saved(queries.explore("carriers"), {"customer": "O'Hara", "limit": 7})
    assert (
        "//   'O\\'Hara'  id of the customer\n//   7          maximum number of contributors\n"
        in text
    )
    assert "{id: 'O\\'Hara'}" in text
    assert "[0..toInteger(7)]" in text


def test_parameters_in_comments_and_strings_are_not_replaced() -> None:
    query = queries.parse(
        "explore/x",
        "// Title\n//\n// Purpose.\n//\n// Parameters\n//   $a  text = b  doc\n//\n// Columns\n"
        "//   x  text\n\nRETURN $a + '$a' AS x // $a\n",
    )
    assert literals.body(query, {}) == "RETURN 'b' + '$a' AS x // $a"


def test_values_without_a_cypher_literal_are_refused() -> None:
    with pytest.raises(TypeError, match="dict"):
        literals.literal({})


def test_examples_are_the_top_gross_the_strongest_detractor_and_the_largest_tree() -> None:
    customers, ties = graphs.worked()
    sentiment = {"B": 1.0, "D": -1.0, "F": -1.0}
    tables = product.Tables(
        customers=pa.Table.from_pylist(
            [c | {"sentiment": sentiment.get(c["id"])} for c in customers]
        ),
        ties=pa.Table.from_pylist(ties),
        referrals=pa.Table.from_pylist([{"referrer": "A", "referred": "E"}]),
    )
    chosen = Examples.of(product.compute(tables), tables.customers)
    assert (chosen.customer, chosen.critic, chosen.referrer) == ("D", "D", "A")
    plain = examples()
    assert {plain.customer, plain.critic, plain.referrer} == {"A"}


# The guide


def test_the_guide_has_five_slides_and_no_unfilled_placeholder() -> None:
    for chosen in (Examples(), examples()):
        found = guide(chosen)
        assert found.slides == 5
        assert len(found.queries) > 8
        assert "[[" not in files(chosen)[bundle.GUIDE].decode()


def test_a_hostile_id_is_only_text_in_every_file() -> None:
    found, plain = guide(examples(HOSTILE_ID)), guide(examples())
    assert found.tags == plain.tags
    quoted = literals.literal(HOSTILE_ID)
    assert "\n" not in quoted
    assert [text.replace(quoted, "'A'") for text in found.queries] == plain.queries
    assert HOSTILE_ID.encode() not in files(examples(HOSTILE_ID))[bundle.STYLE]


def test_the_server_settings_load_style_and_guide() -> None:
    assert browser_files.settings(1234).splitlines() == [
        (
            "browser.post_connect_cmd=style http://localhost:1234/influence.grass; "
            "play http://localhost:1234/guide.html"
        ),
        "browser.remote_content_hostname_whitelist=localhost,127.0.0.1",
    ]


# The command


def test_browser_writes_files_for_the_customers_of_a_store(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "customers.csv").write_text("id,clv,name\nQ7,100,Ann\nB,0,Bob\n")
    (tmp_path / "ties.csv").write_text("source,target\nQ7,B\n")
    store = tmp_path / "store"
    out = tmp_path / "new" / "browser"
    without_store = influence(capsys, "browser", out, "--store", store)
    assert (without_store.code, without_store.out) == (0, "")
    assert "placeholder" in without_store.err
    assert ID_PLACEHOLDER in (out / bundle.GUIDE).read_text("utf-8")
    assert influence(capsys, "load", "tables", tmp_path, "--store", store).code == 0
    assert influence(capsys, "run", "--store", store).code == 0
    assert influence(capsys, "browser", out, "--store", store, "--quiet").err == ""
    assert "{id: 'Q7'}" in Guide((out / bundle.GUIDE).read_text("utf-8")).queries[4]
    assert 'caption: "{name}";' in (out / bundle.STYLE).read_text("utf-8")


def test_an_unwritable_directory_is_a_usage_error(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "file").write_text("")
    done = influence(capsys, "browser", tmp_path / "file", "--store", tmp_path / "store")
    assert done.code == 2
    assert "cannot write" in done.err
