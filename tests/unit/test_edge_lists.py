"""Edge lists in published formats: headers, file formats, direction, strengths."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from influence import InputRejected, Rules, UsageError, validate
from influence.loaders import edges
from influence.loaders.text import Reading

EDGES = Rules(add_missing=0.0, drop_self=True)


def read(tmp_path: Path, text: str, **wishes: object):
    path = tmp_path / "e.txt"
    path.write_text(text, encoding="utf-8", newline="")
    names = Reading.__dataclass_fields__
    reading = Reading(**{name: value for name, value in wishes.items() if name in names})
    others = {name: value for name, value in wishes.items() if name not in names}
    return edges.read(path, reading=reading, **others)


def ties(tmp_path: Path, text: str, **wishes: object) -> list[tuple[object, ...]]:
    checked = validate(read(tmp_path, text, **wishes), EDGES)
    table = checked.tables.ties
    strength = table["strength"].to_pylist() if "strength" in table.column_names else [1.0] * 99
    return list(
        zip(
            table["source"].to_pylist(), table["target"].to_pylist(), strength,
            table["directed"].to_pylist(), strict=False,
        )
    )  # fmt: skip


def notes(tmp_path: Path, text: str, **wishes: object) -> str:
    return "\n".join(validate(read(tmp_path, text, **wishes), EDGES).notes)


def refusal(tmp_path: Path, text: str, **wishes: object) -> str:
    with pytest.raises(InputRejected) as caught:
        validate(read(tmp_path, text, **wishes), EDGES)
    return str(caught.value)


# Headers


@pytest.mark.parametrize(
    "header",
    [
        "source,target", "Source,Target", " SOURCE , TARGET ", "from,to", "From,To", "src,dst",
        "node_1,node_2", "node1,node2", "Node 1,Node 2", ":START_ID,:END_ID",
        ":START_ID(Person),:END_ID(Person)", "userID,friendID", "id_1,id_2", "FromNodeId,ToNodeId",
        "Source,Destination", "follower,followee", "\ufefffrom,to",
    ],
)  # fmt: skip
def test_common_headers_are_recognised(tmp_path: Path, header: str) -> None:
    assert ties(tmp_path, f"{header}\nann,bob\nbob,cem\n") == [
        ("ann", "bob", 1.0, False), ("bob", "cem", 1.0, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "giver,taker\n1,2\n2,3\n",
        "who,whom\nann,bob\nbob,cem\n",
        "member_a,member_b\nann,bob\nbob,cem\n",
        "x,y\na@b.org,c@d.org\nc@d.org,e@f.org\ng@h.org,i@j.org\n",
        "left,right\nu1,u2\nu2,u3\nu3,u4\n",
        "p,q,w\nann,bob,2\nbob,cem,3.5\n",
    ],
)
def test_a_first_row_that_may_be_a_header_is_refused(tmp_path: Path, text: str) -> None:
    said = refusal(tmp_path, text)
    assert "a header?" in said
    assert "--columns" in said
    assert "--no-header" in said
    rows = text.count("\n")
    columns = ("source", "target")
    assert len(ties(tmp_path, text, columns=columns, header=True)) == rows - 1
    assert len(ties(tmp_path, text, header=False)) == rows


@pytest.mark.parametrize(
    "text",
    [
        "ann,bob\nbob,cem\n",
        "user7 user2\nuser2 user3\nuser9 user1\n",
        "1 2\n2 3\n",
        "17,ann\nann,18\nbob,cem\n",
        "contact,name\nname,contact\n",
        "C00 new\nC00 C01\n",
    ],
)
def test_a_first_row_similar_to_the_others_is_a_tie(tmp_path: Path, text: str) -> None:
    assert len(read(tmp_path, text).ties) == text.count("\n")


@pytest.mark.parametrize(
    "text", ["user1 user2\nuser2 user3\n", "start,end\nend,start\n", "node_1,node_2\n"]
)
def test_header_names_that_may_be_ids_are_refused(tmp_path: Path, text: str) -> None:
    assert "a header, or a tie between such ids?" in refusal(tmp_path, text)
    assert len(read(tmp_path, text, header=True).ties) == text.count("\n") - 1
    assert len(read(tmp_path, text, header=False).ties) == text.count("\n")


def test_columns_can_be_named_by_position(tmp_path: Path) -> None:
    text = "2020-01-01,a,b,2\n2021-01-01,b,c,3\n"
    found = read(tmp_path, text, columns=("since", "source", "target", "strength")).ties
    assert found.select(["since", "source", "target", "strength"]).to_pylist()[1] == {
        "since": "2021-01-01", "source": "b", "target": "c", "strength": "3",
    }  # fmt: skip
    assert ties(tmp_path, "9,a,b\n8,b,c\n", columns=("-", "source", "target"))[0][:2] == ("a", "b")
    with pytest.raises(UsageError, match="names 3 columns"):
        read(tmp_path, "a,b\n", columns=("source", "target", "strength"))


def test_unused_columns_are_named_in_a_note(tmp_path: Path) -> None:
    assert "not used: rating, time" in notes(tmp_path, "source,target,rating,time\na,b,5,9\n")
    assert "not used: column 3" in notes(tmp_path, "1 2 7\n2 3 8\n")


# Strengths


def test_weight_is_read_as_strength_by_default(tmp_path: Path) -> None:
    text = "source,target,weight,trust\na,b,10,3\na,c,0.1,4\n"
    assert [t[2] for t in ties(tmp_path, text)] == [10.0, 0.1]
    assert "column weight is read as strength" in notes(tmp_path, text)
    assert [t[2] for t in ties(tmp_path, text, strength="none")] == [1.0, 1.0]
    assert "not used: weight, trust" in notes(tmp_path, text, strength="none")
    assert [t[2] for t in ties(tmp_path, text, strength="Trust")] == [3.0, 4.0]
    assert [t[2] for t in ties(tmp_path, text, strength="4")] == [3.0, 4.0]
    with pytest.raises(UsageError, match="it has source, target, weight, trust"):
        read(tmp_path, text, strength="power")


def test_the_third_column_without_a_header_is_a_strength_only_on_request(tmp_path: Path) -> None:
    text = "a b 5\nb c 6\n"
    assert [t[2] for t in ties(tmp_path, text)] == [1.0, 1.0]
    assert [t[2] for t in ties(tmp_path, text, strength="3")] == [5.0, 6.0]


def test_negative_strengths_are_refused_by_default(tmp_path: Path) -> None:
    text = "source,target,weight\na,b,-2\nb,c,3\n"
    assert "e.txt:2: strength" in refusal(tmp_path, text)


# Direction


def test_the_type_column_of_gephi_sets_the_direction_of_each_row(tmp_path: Path) -> None:
    text = "Source,Target,Type,Id,Label,Weight\na,b,Directed,0,,2.5\nb,c,Undirected,1,,1\n"
    assert ties(tmp_path, text) == [("a", "b", 2.5, True), ("b", "c", 1.0, False)]
    assert "not used: Id, Label" in notes(tmp_path, text)
    assert [t[3] for t in ties(tmp_path, text, ends="undirected")] == [False, False]
    assert [t[:2] for t in ties(tmp_path, text, ends="reversed")] == [("b", "a"), ("c", "b")]


def test_a_comment_that_mentions_direction_is_noted(tmp_path: Path) -> None:
    said = notes(tmp_path, "# Directed graph (each pair once)\n1\t2\n2\t3\n")
    assert "read as running both ways" in said
    assert "--directed" in said
    assert "taken to run" not in notes(tmp_path, "# Undirected graph\n1\t2\n2\t3\n")


# File formats


@pytest.mark.parametrize("row", ["1\t2 1 1082040961", "1 2\t1\t1082040961", "1 2 1 1082040961"])
def test_konect_files_are_separated_by_blanks_and_declare_direction(
    tmp_path: Path, row: str
) -> None:
    text = f"% asym positive\n% 3 3 3\n{row}\n{row.replace('1', '3', 1)}\n"
    assert ties(tmp_path, text) == [("1", "2", 1.0, True), ("3", "2", 1.0, True)]
    said = notes(tmp_path, text)
    assert "not used: time" in said
    assert "2 lines read as comments" in said
    assert [t[3] for t in ties(tmp_path, text.replace("asym", "sym"))] == [False, False]
    assert "two kinds of nodes" in refusal(tmp_path, text.replace("asym", "bip"))


@pytest.mark.parametrize(("symmetry", "directed"), [("general", True), ("symmetric", False)])
def test_the_size_line_of_matrix_market_is_not_a_tie(
    tmp_path: Path, symmetry: str, directed: bool
) -> None:
    head = f"%%MatrixMarket matrix coordinate pattern {symmetry}\n% by somebody\n\n"
    assert ties(tmp_path, f"{head}4 4 2\n2 1\n4  3\n") == [
        ("2", "1", 1.0, directed), ("4", "3", 1.0, directed),
    ]  # fmt: skip
    weighted = head.replace("pattern", "real")
    assert [t[2] for t in ties(tmp_path, f"{weighted}4 4 2\n2 1 0.5\n4 3 2e1\n")] == [0.5, 20.0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n", "only real"),
        ("%%MatrixMarket matrix coordinate complex general\n2 2 1\n1 2 1 0\n", "only real"),
        ("%%MatrixMarket matrix coordinate pattern general\n2 3 1\n1 2\n", "two kinds of nodes"),
        (
            "%%MatrixMarket matrix coordinate pattern general\n3 3 5\n1 2\n2 3\n",
            "is the file truncated",
        ),
        ("*Vertices 3\n1 a\n", "Pajek"),
    ],
)
def test_files_that_cannot_contain_ties_are_refused_by_format(
    tmp_path: Path, text: str, why: str
) -> None:
    assert why in refusal(tmp_path, text)


def test_a_possible_size_line_is_refused(tmp_path: Path) -> None:
    text = "5 4\n0 1\n1 2\n2 3\n3 4\n"
    assert "a line of sizes?" in refusal(tmp_path, text)
    assert len(ties(tmp_path, text, header=True)) == 4
    assert len(ties(tmp_path, text, header=False)) == 5
    assert len(ties(tmp_path, "5 4\n0 1\n1 2\n2 3\n3 9\n")) == 5


def test_a_possible_index_column_is_refused(tmp_path: Path) -> None:
    text = "0,a,b\n1,b,c\n2,c,a\n"
    assert "an index or an end" in refusal(tmp_path, text)
    assert ties(tmp_path, text, columns=("-", "source", "target"))[0][:2] == ("a", "b")
    assert ties(tmp_path, text, columns=("source", "target"))[0][:2] == ("0", "a")


# Repeated headers, comments and null words


def test_a_repeated_header_is_reported_with_its_row(tmp_path: Path) -> None:
    said = refusal(tmp_path, "source,target\na,b\nsource,target\nc,d\n")
    assert "e.txt:3" in said
    assert "the header is repeated here" in said


@pytest.mark.parametrize("line", ["# part2", "#part x", "% end of it all"])
def test_a_possible_comment_among_rows_is_refused(tmp_path: Path, line: str) -> None:
    text = f"1 2\n3 4\n{line}\n5 6\n"
    said = refusal(tmp_path, text)
    assert "e.txt:3" in said
    assert "--comments or --no-comments" in said
    assert len(ties(tmp_path, text, comments=True)) == 3
    if len(line.split()) == 2:
        assert len(ties(tmp_path, text, comments=False)) == 4


def test_ids_may_begin_like_comments_below_a_header_or_with_no_comments(tmp_path: Path) -> None:
    assert ties(tmp_path, "source,target\n#a,b\nb,#c\n")[0][0] == "#a"
    assert len(ties(tmp_path, "#a,b\nb,#c\n", comments=False)) == 2


def test_null_words_are_refused_as_ids(tmp_path: Path) -> None:
    said = refusal(tmp_path, "ann,NULL\nbob,NULL\n")
    assert "e.txt:1: target: an id must not be empty" in said


def test_a_tie_listed_in_both_directions_is_one_mutual_tie(tmp_path: Path) -> None:
    from influence.store.loading import plan
    from influence.tables import EMPTY

    new, loaded, _ = plan(EMPTY, read(tmp_path, "1 2\n2 1\n2 3\n"), EDGES)
    assert len(new.ties) == 2
    assert pc.sum(new.ties["mutual"].cast(pa.int8())).as_py() == 1
    assert loaded.rows["ties"].to_dict() == {
        "rows": 3, "read": 2, "merged": 1, "dropped": 0, "refused": 0,
    }  # fmt: skip
    assert any("listed" in note for note in loaded.notes)


# Ambiguous files


@pytest.mark.parametrize(
    "header",
    [
        "Who,Whom", "from_user,to_user", "Source Label,Target Label", "V1,V2", "Vertex 1,Vertex 2",
        "author1,author2", "NodeA,NodeB", "Kunde_A,Kunde_B", "manager,employee", "parent,child",
        "referrer,referred", "Quelle,Ziel", "От,Кому", "u,v", "subject,object",
    ],
)  # fmt: skip
def test_headers_of_unknown_words_are_refused_until_columns_are_named(
    tmp_path: Path, header: str
) -> None:
    text = f"{header}\nann,bob\nbob,cem\ncem,dee\n"
    assert "a header?" in refusal(tmp_path, text)
    assert len(ties(tmp_path, text, columns=("source", "target"))) == 3
    assert "read as a header" in notes(tmp_path, text, columns=("source", "target"))
    assert len(ties(tmp_path, text, header=False)) == 4


@pytest.mark.parametrize("first", ["C1,C2", "x1,x2", "A,B", "team a,team b"])
def test_numbered_ids_above_similar_ids_are_ties(tmp_path: Path, first: str) -> None:
    assert len(ties(tmp_path, f"{first}\nq3,r9\nC7,B\n")) == 3


def test_a_size_line_is_refused_even_if_columns_are_named(tmp_path: Path) -> None:
    text = "5 4\n0 1\n1 2\n2 3\n3 4\n"
    assert "a line of sizes?" in refusal(tmp_path, text, columns=("source", "target"))
    three = "5 4\n0 1 9\n1 2 9\n2 3 9\n3 4 9\n"
    assert "--header leaves it out" in refusal(tmp_path, three)
    assert len(ties(tmp_path, three, header=True)) == 4
    assert "left out: 5 4" in notes(tmp_path, three, header=True)


def test_a_header_below_a_title_is_reported(tmp_path: Path) -> None:
    assert "a header in a row below?" in refusal(tmp_path, "My export, 2024\nsource,target\na,b\n")


@pytest.mark.parametrize("again", ["Source,Target", "\ufeffsource,target", " SOURCE , target"])
def test_a_repeated_header_is_recognised_in_any_case(tmp_path: Path, again: str) -> None:
    said = refusal(tmp_path, f"source,target\na,b\n{again}\nb,c\n")
    assert "e.txt:3" in said
    assert "is repeated here" in said


@pytest.mark.parametrize(
    "text",
    [
        "a -> b\nb -> c\n",
        "a pp b\nb pp c\n",
        "a,2024-04-15,b\nb,2024-04-16,c\n",
        '"2004-04-15 14:56:01" 1 2\n"2004-04-16 14:56:01" 2 3\n',
    ],
)
def test_a_second_column_that_may_not_be_an_end_is_refused(tmp_path: Path, text: str) -> None:
    assert "is the second column an end of ties?" in refusal(tmp_path, text)
    names = ("-", "source", "target") if text[0] == '"' else ("source", "-", "target")
    assert len(ties(tmp_path, text, columns=names)) == 2
    assert len(read(tmp_path, text, columns=("source", "target")).ties) == 2


def test_a_possible_index_column_from_one_is_refused(tmp_path: Path) -> None:
    assert "an index or an end" in refusal(tmp_path, "1,a,b\n2,b,c\n3,c,a\n")


def test_a_blank_type_of_gephi_affects_only_its_own_row(tmp_path: Path) -> None:
    text = "Source,Target,Type\na,b,Directed\nb,c,\nc,d,Mutual\nd,e,Directed\n"
    assert [t[3] for t in ties(tmp_path, text)] == [True, False, False, True]
    assert "neither true nor false" in refusal(tmp_path, text.replace("Mutual", "sideways"))


def test_rows_that_begin_like_comments_below_a_header_are_noted(tmp_path: Path) -> None:
    text = "source,target\na,b\n#b,c\n"
    assert "1 row begins with # or %" in notes(tmp_path, text)
    assert len(ties(tmp_path, text, comments=True)) == 1


def test_type_suffixes_of_neo4j_headers_are_ignored(tmp_path: Path) -> None:
    text = ":START_ID,weight:float,:END_ID\na,2.5,b\nb,1,c\n"
    assert [t[2] for t in ties(tmp_path, text, strength="weight")] == [2.5, 1.0]
