"""Reading graphs of other programs."""

from __future__ import annotations

import gzip
import warnings
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Network, Rules, Tables, validate
from influence.loaders import graphs
from influence.loaders.graphs.read import FORMATS
from influence.tables.notes import ignore
from tests.commands import influence
from tests.examples import examples

RULES = Rules(add_missing=0.0, drop_self=True)
WRITERS = {"graphml": nx.write_graphml, "gexf": nx.write_gexf, "pajek": nx.write_pajek}


def write(path: Path, form: str, graph: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pajek: on the type of weights
        WRITERS[form](graph, path)
    return path


def ties(path: Path, form: str, **more: Any) -> set[tuple[Any, ...]]:
    tables = validate(graphs.read(path, form, **more), RULES).tables
    found = tables.ties.select(["source", "target", "strength", "directed"]).to_pylist()
    return {
        (*(sorted if not row["directed"] else list)((row["source"], row["target"])),
         row.get("strength"), row["directed"])
        for row in found
    }  # fmt: skip


EDGES = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["a", "b", "é f", "<g>"])),
    st.sampled_from([1.0, 2.5]),
    max_size=8,
)


@given(EDGES, st.booleans(), st.sampled_from([*FORMATS]))
@examples()
def test_what_networkx_writes_is_read_as_it_was(tmp_path_factory, edges, directed, form) -> None:
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from("ab")
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in edges.items() if a != b)
    path = write(tmp_path_factory.mktemp("graph") / "g.xml", form, graph)
    tables = validate(graphs.read(path, form), RULES).tables
    assert {*tables.customers["id"].to_pylist()} == {*graph.nodes}
    expected = {
        (*((a, b) if directed else sorted((a, b))), data["weight"], directed)
        for a, b, data in graph.edges(data=True)
    }
    if graph.number_of_edges():
        assert ties(path, form) == expected


def test_attributes_become_columns_of_their_types(tmp_path: Path) -> None:
    graph = nx.Graph()
    graph.add_node("1", label="Ana", clv=5.5, vip=True, age=3, segment="a")
    graph.add_node("2", label="Bo", age=4, clv=1.0)
    graph.add_edge("1", "2", kind="trusts", since="2024-05-01", colour="red")
    for form in ("graphml", "gexf"):
        checked = validate(graphs.read(write(tmp_path / "g.xml", form, graph), form), RULES)
        one, two = checked.tables.customers.to_pylist()
        assert one == {"id": "1", "clv": 5.5, "name": "Ana", "vip": True, "age": 3, "segment": "a"}
        assert (two["name"], two["vip"], two["age"]) == ("Bo", None, 4)
        (tie,) = checked.tables.ties.to_pylist()
        assert (tie["kind"], str(tie["since"])) == ("trusts", "2024-05-01")
        assert any("not used: colour" in note for note in checked.notes)


def test_graphml_has_defaults_and_directions_of_single_edges(tmp_path: Path) -> None:
    path = tmp_path / "g.graphml.gz"
    path.write_bytes(
        gzip.compress(b"""<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="edge" attr.name="weight" attr.type="double"><default>2</default></key>
<graph edgedefault="undirected"><node id="a"/><node id="b"/>
<edge source="a" target="b"/>
<edge source="b" target="c" directed="true"><data key="d0">3</data></edge>
<hyperedge><endpoint node="a"/></hyperedge>
</graph></graphml>""")
    )
    assert ties(path, "graphml") == {("a", "b", 2.0, False), ("b", "c", 3.0, True)}
    assert "g.graphml.gz: 1 hyperedges are not read" in graphs.read(path, "graphml").notes


def test_times_of_gexf_are_read_if_they_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "g.gexf"
    text = """<gexf xmlns="http://gexf.net/1.3"><graph defaultedgetype="directed" {}>
<nodes><node id="a" label="A"/><node id="b"/></nodes>
<edges><edge source="a" target="b" start="{}" weight="2"/></edges></graph></gexf>"""
    path.write_text(text.format('timeformat="date"', "2024-05-01"))
    (tie,) = validate(graphs.read(path, "gexf"), RULES).tables.ties.to_pylist()
    assert (tie["strength"], str(tie["since"])) == (2.0, "2024-05-01")
    path.write_text(text.format("", "2.0"))
    tables = graphs.read(path, "gexf")
    assert "since" not in tables.ties.column_names
    assert "g.gexf: 1 times that are not dates are not read" in tables.notes


def test_pajek_has_lists_and_labels(tmp_path: Path) -> None:
    path = tmp_path / "g.net"
    path.write_text(
        '*Vertices 4\n1 "Ana R"\n2 Bo\n% a comment\n*Arcslist\n1 2 3\n*Edges\n3 4 2.5\n'
    )
    assert ties(path, "pajek") == {
        ("Ana R", "Bo", 1.0, True), ("Ana R", "3", 1.0, True), ("3", "4", 2.5, False),
    }  # fmt: skip
    path.write_text('*Vertices 2\n1 "Ana"\n2 "Ana"\n*Arcs\n1 2\n')
    assert ties(path, "pajek") == {("1", "2", 1.0, True)}
    assert any("labels occur twice" in note for note in graphs.read(path, "pajek").notes)


def test_what_pajek_draws_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "g.net"
    path.write_text('*Vertices 2\n1 "A" 0.1 0.2 ic Red\n2 "B"\n*Edges\n1 2 3 c Blue\n')
    assert ties(path, "pajek") == {("A", "B", 3.0, False)}
    notes = graphs.read(path, "pajek").notes
    assert "g.net: 2 sets of coordinates or drawing settings are not read" in notes


@pytest.mark.parametrize(
    ("form", "content", "row", "reason"),
    [
        ("graphml", "source,target\na,b\n", 1, "not XML"),
        ("graphml", "<graphml>\n<graph>\n<node", 3, "not XML"),
        ("graphml", "<gexf></gexf>", 1, "<gexf> instead of <graphml>"),
        ("gexf", '<!DOCTYPE a [<!ENTITY b "c">]><gexf>&b;</gexf>', 1, "entities"),
        ("pajek", "*Vertices 2\n*Matrix\n0 1\n", 2, "*Matrix"),
        ("pajek", "*Vertices 2\n*Arcs\n1 3\n", 3, "no vertex 3"),
        ("pajek", "*Vertices 2\n*Arcs\n1\n", 3, "two vertices"),
        ("pajek", "a b\n", 1, "before *Vertices"),
    ],
)
def test_a_file_that_is_no_such_graph_is_refused_by_line(
    tmp_path: Path, form, content, row, reason
) -> None:
    path = tmp_path / "g.xml"
    path.write_text(content)
    with pytest.raises(InputRejected) as caught:
        validate(graphs.read(path, form))
    (problem,) = caught.value.problems.to_arrow().to_pylist()
    assert (problem["row"], problem["problem"]) == (row, "unreadable_file")
    assert reason in problem["value"]


@pytest.mark.parametrize("form", [*FORMATS])
def test_a_graph_is_loaded_by_its_command_and_loading_again_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    path = write(tmp_path / "g.xml", form, nx.path_graph(3))
    load = ("load", form, path, "--store", tmp_path / "store", "--kind", "knows")
    assert influence(capsys, *load).code == 0
    again = influence(capsys, *load)
    assert "2 unchanged" in again.err
    assert "new" not in again.err


def test_lists_of_snap_and_konect_have_strengths_and_times(tmp_path: Path, capsys) -> None:
    konect = tmp_path / "out.konect"
    konect.write_text("% asym posweighted\n1 2 3 1082040961\n2 3 1 1082040962\n")
    done = influence(capsys, "load", "edges", konect, "--columns", "source,target,strength,since",
                     "--store", tmp_path / "store")  # fmt: skip
    assert done.code == 0
    assert "read as seconds since 1970: '1082040961' is 2004-04-15" in done.err


def test_a_networkx_graph_becomes_tables_with_its_attributes() -> None:
    graph = nx.MultiDiGraph()
    graph.add_node(1, clv=5.0, label="Ana", vip=True)
    graph.add_edge(1, 2, weight=2.0, since="2024-05-01", colour="red")
    graph.add_edge(1, 2)
    checked = validate(Tables.from_networkx(graph), Rules(missing_clv="zero"))
    assert checked.tables.customers.select(["id", "clv", "name", "vip"]).to_pylist() == [
        {"id": "1", "clv": 5.0, "name": "Ana", "vip": True},
        {"id": "2", "clv": 0.0, "name": None, "vip": None},
    ]
    found = checked.tables.ties.select(["kind", "strength", "directed"]).to_pylist()
    assert found == [
        {"kind": "tie", "strength": 2.0, "directed": True},
        {"kind": "tie 1", "strength": 1.0, "directed": True},
    ]
    assert any("not used: colour" in note for note in checked.notes)


@pytest.mark.parametrize("kind", ["friend", None])
def test_parallel_edges_of_networkx_are_ties_of_numbered_kinds(kind) -> None:
    graph = nx.MultiGraph()
    for strength, of_kind in ((1.0, kind), (3.0, kind), (2.0, f"{kind or 'tie'} 1"), (1.0, kind)):
        graph.add_edge("a", "b", strength=strength, **({"kind": of_kind} if of_kind else {}))
    checked = validate(Tables.from_networkx(graph))
    name = kind or "tie"
    assert checked.tables.ties["kind"].to_pylist() == [
        name,
        f"{name} 1",
        f"{name} 1 1",
        f"{name} 2",
    ]
    (note,) = (note for note in checked.notes if note.event == "parallel_edges")
    assert note.fields == {"table": "ties", "rows": 3, "example": f"{name} 1"}


def test_a_networkx_weight_is_the_strength_of_edges_without_one() -> None:
    graph = nx.Graph([("a", "b", {"weight": 5.0}), ("b", "c", {"weight": 5.0, "strength": 2.0})])
    graph.add_edge("c", "d", strength=None)
    assert Tables.from_networkx(graph).ties["strength"].to_pylist() == [5.0, 2.0, None]


@examples()
@given(st.data())
def test_a_networkx_graph_gives_one_network_directly_and_by_tables(data) -> None:
    made = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)
    graph = data.draw(st.sampled_from(made))()
    graph.add_nodes_from(range(5))
    own = st.fixed_dictionaries({}, optional={
        "strength": st.sampled_from((0.5, 2, None)),
        "weight": st.sampled_from((1.0, 4)),
        "kind": st.sampled_from(("friend", "friend 1", "tie 1")),
        "network": st.sampled_from(("x", "y")),
    })  # fmt: skip
    ends = st.lists(st.integers(0, 4), min_size=2, max_size=2, unique=True)
    for (one, other), attributes in data.draw(st.lists(st.tuples(ends, own), max_size=12)):
        graph.add_edge(one, other, **attributes)
    direct = Network.from_networkx(graph)
    by_tables = Network.from_tables(Tables.from_networkx(graph), tell=ignore)
    assert direct.fingerprint() == by_tables.fingerprint()
    assert direct.ties == by_tables.ties == graph.number_of_edges()


def test_an_empty_networkx_graph_has_no_customers() -> None:
    assert len(validate(Tables.from_networkx(nx.Graph())).tables.customers) == 0
