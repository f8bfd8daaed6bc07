"""Query files: headers, their checks, parameters and fragments."""

from pathlib import Path

import pytest

from influence import UsageError, queries
from influence.queries import Parameter, parse, returned

GOOD = """\
// Who is near
//
// The first line of its purpose
// and the second.
//
// Parameters
//   $customer  text              whose circles
//   $limit     integer 0.. = 25  how many rows
//   $all       flag = false
//
// Columns
//   customer  text     who is in them
//   distance  integer

MATCH (c:Customer {id: $customer})  // not $this one
WHERE c.name <> '$nor $this' AND $all
RETURN c.id AS customer, size([x IN [1, 2] WHERE x > 1 | x]) AS distance
ORDER BY distance LIMIT $limit
"""


def query(body, *, parameters="", columns=""):
    """Return the text of a query file with this body and these header lines."""
    header = ["// Title", "//", "// Purpose.", "//"]
    if parameters:
        header += ["// Parameters", *(f"//   {line}" for line in parameters.split(";")), "//"]
    if columns:
        header += ["// Columns", *(f"//   {line}" for line in columns.split(";"))]
    return parse("test/query", "\n".join([*header, "", body]))


# Headers


def test_a_header_is_parsed():
    found = parse("explore/near", GOOD)
    assert (found.name, found.title) == ("explore/near", "Who is near")
    assert found.doc == "The first line of its purpose and the second."
    assert found.parameters == (
        Parameter("customer", "text", None, "whose circles"),
        Parameter("limit", "integer", 25, "how many rows", low=0),
        Parameter("all", "flag", False, ""),
    )
    assert [(c.name, c.type, c.doc) for c in found.columns] == [
        ("customer", "text", "who is in them"),
        ("distance", "integer", ""),
    ]
    assert found.text == GOOD


def test_parameters_and_columns_are_optional():
    assert query("MATCH (c) DELETE c").parameters == ()


@pytest.mark.parametrize(
    "text",
    [
        "RETURN 1 AS one",
        "// Title\n\nMATCH (c) DELETE c",
        "//\n//\n// purpose\n\nMATCH (c) DELETE c",
        "",
    ],
)
def test_title_and_purpose_are_required(text):
    with pytest.raises(ValueError, match="title"):
        parse("test/query", text)


@pytest.mark.parametrize(
    "change",
    [
        ("$customer  text  ", "$custmer  text  "),
        ("//   $limit     integer 0.. = 25  how many rows\n", ""),
        ("//   $all       flag = false\n", "//   $all  flag = false\n//   $more  text  x\n"),
        ("//   distance  integer\n", ""),
        ("//   distance  integer\n", "//   distance  integer\n//   more  text\n"),
        ("c.id AS customer", "c.id AS who"),
        ("$limit     integer 0.. = 25", "$limit     integer = many"),
        ("$limit     integer 0.. = 25", "$limit     integer 26.. = 25"),
        ("$limit     integer 0.. = 25", "$limit     integer few..many = 25"),
        ("$all       flag = false", "$all       flag = maybe"),
        ("//   distance  integer", "//   distance"),
    ],
)
def test_a_header_that_differs_from_the_statement_is_refused(change):
    assert change[0] in GOOD
    with pytest.raises(ValueError, match=r"near|parameter"):
        parse("explore/near", GOOD.replace(*change))


def test_columns_in_another_order_are_refused():
    with pytest.raises(ValueError, match="declares"):
        query("RETURN 1 AS a, 2 AS b", columns="b  integer;a  integer")


@pytest.mark.parametrize("kind", ["txt", "string", "int", "bool", "Text"])
def test_an_unknown_type_is_refused(kind):
    with pytest.raises(ValueError, match=kind):
        query("RETURN $a AS b", parameters=f"$a  {kind}  x", columns="b  text")


def test_a_statement_may_end_with_a_semicolon_and_a_line_break():
    assert query("RETURN 1 AS one;\n", columns="one  integer").columns[0].name == "one"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("MATCH (a) RETURN a.id AS id", ("id",)),
        ("MATCH (a) RETURN DISTINCT a.id AS id, a.x AS x SKIP 1", ("id", "x")),
        ("MATCH (a) RETURN a, count(*) AS n ORDER BY n DESC LIMIT 3;", ("a", "n")),
        ("MATCH (a) CALL (a) { MATCH (a)--(b) RETURN b AS c } RETURN c.id AS id", ("id",)),
        ("RETURN {a: 1, b: [1, 2]} AS map, [x IN [1, 2] | x] AS list", ("map", "list")),
        ("RETURN reduce(s = 0, x IN [1, 2] | s + x) AS total", ("total",)),
        ("MATCH (a) DELETE a", ()),
        ("RETURN 1 AS x UNION RETURN 2 AS x", ("x",)),
    ],
)
def test_the_columns_of_a_statement(body, names):
    assert returned(body) == names


# Parameters


def test_parameters_are_completed_with_their_defaults():
    found = parse("explore/near", GOOD)
    assert found.bind({"customer": "A"}) == {"customer": "A", "limit": 25, "all": False}
    assert found.bind({"customer": "", "limit": 0, "all": True}) == {
        "customer": "", "limit": 0, "all": True,
    }  # fmt: skip


def test_unknown_and_missing_parameters_are_reported_together():
    with pytest.raises(UsageError) as caught:
        parse("explore/near", GOOD).bind({"custmer": "A"})
    message = str(caught.value)
    for part in ("query near", "unknown parameter custmer", "parameter customer is missing"):
        assert part in message
    assert "customer, limit, all" in message


@pytest.mark.parametrize(
    ("terms", "bounds", "allowed", "refused"),
    [
        ("integer 0.. = 25", "from 0", [0, 0.0, 25], [-1, -0.5, float("nan")]),
        ("number 0..1 = 0.5", "from 0 to 1", [0, 1.0], [1.01, -1]),
        ("number ..-0.5 = -1", "to -0.5", [-0.5, -1e9], [0]),
        ("integer = 25", "", [-1, 10**9], []),
    ],
)
def test_a_number_must_lie_within_its_bounds(terms, bounds, allowed, refused):
    found = query("RETURN $p AS p", parameters=f"$p  {terms}  x", columns="p  number")
    assert found.parameters[0].bounds == bounds
    for value in allowed:
        assert found.bind({"p": value}) == {"p": value}
    for value in refused:
        with pytest.raises(UsageError, match=f"parameter p is {value!r}; it goes {bounds}"):
            found.bind({"p": value})


def test_a_query_without_parameters_refuses_any():
    with pytest.raises(UsageError, match="takes none"):
        query("MATCH (c) DELETE c").bind({"x": 1})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "007", "007"),
        ("text", "", ""),
        ("integer", "25", 25),
        ("integer", "-3", -3),
        ("number", "0.5", 0.5),
        ("number", "1e3", 1000.0),
        ("flag", "true", True),
        ("flag", "FALSE", False),
    ],
)
def test_values_from_the_command_line(kind, text, value):
    found = Parameter("p", kind, None, "").parse(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("integer", "2.5"), ("integer", "x"), ("number", "1,5"), ("flag", "maybe"), ("flag", "")],
)
def test_values_of_the_wrong_type_are_usage_errors(kind, text):
    with pytest.raises(UsageError, match=kind):
        Parameter("p", kind, None, "").parse(text)


def test_a_date_can_be_given_on_the_command_line():
    found = Parameter("p", "date", None, "").parse("2024-02-29")
    assert str(found) == "2024-02-29"


@pytest.mark.parametrize("text", ["nan", "inf"])
def test_a_number_must_be_finite(text):
    with pytest.raises(UsageError):
        Parameter("p", "number", None, "").parse(text)


# Figures


def test_a_figure_that_is_not_rounded_is_refused():
    for body in ("RETURN 1.5 AS a", "RETURN round(1.5, 3) AS a"):
        with pytest.raises(ValueError, match="a is not rounded to 2"):
            query(body, columns="a  money")
    assert query("RETURN round(1.5, 2) AS a", columns="a  money").columns[0].rounded(1.005) == 1.01


def test_every_figure_of_the_library_for_analysts_has_fixed_decimals():
    for name, found in queries.library().items():
        if name.startswith(queries.EXPLORE):
            numbers = {column.name for column in found.columns if column.type == "number"}
            assert numbers <= {"weight"}, name  # a setting, shown as it was given


@pytest.mark.parametrize(
    ("value", "money", "share"),
    [
        (2.675, 2.68, 2.675),
        (-1.005, -1.01, -1.005),
        (0.0005, 0.0, 0.001),
        (-0.001, 0.0, -0.001),
        (1e300, 1e300, 1e300),
        (None, None, None),
    ],
)
def test_figures_are_rounded_as_cypher_rounds_them(value, money, share):
    for kind, expected in (("money", money), ("share", share)):
        found = queries.Column("a", kind, "").rounded(value)
        assert repr(found) == repr(expected)
    assert queries.Column("a", "number", "").rounded(value) is value


# The library


def test_the_library_holds_every_file_and_each_can_be_read():
    names = list(queries.library())
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} >= {"schema", "load", "read", "write"}
    for name, found in queries.library().items():
        assert found.name == name
        assert queries.load(name) is found
        assert all(parameter.doc for parameter in found.parameters), name
        assert all(column.doc for column in found.columns), name


def test_a_former_name_finds_its_query_and_is_not_listed():
    for former, now in queries.RENAMED.items():
        assert queries.explore(former) is queries.explore(now)
        assert queries.EXPLORE + former not in queries.library()


def test_an_optional_text_is_empty_by_default():
    (parameter,) = query(
        "RETURN $p AS p", parameters="$p  text = ''  x", columns="p  text"
    ).parameters
    assert parameter.default == ""


def test_an_unknown_query_is_a_usage_error():
    with pytest.raises(UsageError, match="nowhere"):
        queries.load("explore/nowhere")


# Fragments


def test_a_fragment_is_expanded_in_place_and_indented_like_its_line():
    found = parse(
        "test/query",
        "// Title\n//\n// Purpose.\n//\n// Columns\n//   a  node\n\n"
        "MATCH (a)\n  WHERE {{outer}}\nRETURN a",
        {"outer": "a:B\nAND {{inner}}", "inner": "(a.x\n OR a.y)"},
    )
    assert found.text.partition("\n\n")[2] == (
        "MATCH (a)\n  WHERE a:B\n  AND (a.x\n   OR a.y)\nRETURN a"
    )


def test_an_unknown_fragment_is_refused_by_name():
    with pytest.raises(ValueError, match="nowhere"):
        parse("test/query", "// Title\n//\n// Purpose.\n\nMATCH (a) WHERE {{nowhere}} DELETE a")


def test_the_library_is_complete_cypher_without_placeholders():
    assert queries.fragments()
    for name, found in queries.library().items():
        assert "{{" not in found.text, name
        assert not name.startswith("fragments/")


def test_the_rule_of_direction_is_defined_once():
    folder = Path(queries.__file__).parents[1] / "cypher"
    either_way = {"bridges.cypher", "contacts.cypher", "weakest-valuable-ties.cypher"}
    hops = 0
    for file in folder.glob("*/*.cypher"):
        text = file.read_text("utf-8")
        if file.parent.name == "fragments":
            continue
        for part in ("startNode(", "endNode(", "IN directions", "IN kinds", "IN networks"):
            assert part not in text, file
        if "InfluenceRun {current: true}" in text and file.name not in either_way:
            assert text.count("{{influences}}") == text.count(":TIE]"), file
            hops += text.count("{{influences}}")
    assert hops > 10
