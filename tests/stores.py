"""What tests write into a store, and how they look at what is in it."""

from influence import Selection, compute
from influence.pipeline import Parameters
from influence.store import Credentials, open_store
from tests import graphs, naive


def connect(server):
    """Open the store of a test server."""
    return open_store(server.uri, Credentials(server.username, server.password))


def people(store):
    """Customers by id."""
    return {row["id"]: row for row in store.tables().customers.to_pylist()}


def ties(store):
    """Ties as a set; an undirected one is the same whichever end comes first."""
    rest = ("kind", "network", "strength", "directed", "since", "mutual")
    rows = store.tables().ties.to_pylist()
    return {(ends(row), *(row[name] for name in rest)) for row in rows}


def twins_of(company):
    """Ties that a company without dates should have in a store, in the form of `ties`."""
    survivors, _ = naive.last_row_wins(company[1])
    rest = ("kind", "network", "strength", "directed")
    return {(ends(row), *(row[name] for name in rest), None, row["mutual"]) for row in survivors}


def ends(row):
    """Source and target; as a set where the tie is undirected."""
    pair = (row["source"], row["target"])
    return pair if row["directed"] else frozenset(pair)


def run(store, weights=graphs.WEIGHTS, **selection):
    """Compute what is in the store and write it back."""
    scores = compute(store.tables(), Parameters(tuple(weights), Selection(**selection)))
    return store.write_scores(scores)


def figures(store):
    """Rows of the scores by customer."""
    return {row["customer"]: row for row in store.scores().to_arrow().to_pylist()}


def figure(store, name):
    """One column of the scores by customer."""
    return {customer: row[name] for customer, row in figures(store).items()}


def without_run(rows):
    """The same rows of scores, without the run that computed them."""
    return {
        customer: {name: figure for name, figure in row.items() if name != "run"}
        for customer, row in rows.items()
    }


NOTHING = {"customers": (0, 0, 0), "ties": (0, 0, 0)}


def touched(loaded):
    """How many rows a load added, changed and removed, by table."""
    return {
        name: (len(change.added), len(change.changed), len(change.removed))
        for name, change in loaded.changes.items()
        if name in NOTHING or str(change) != "none"
    }


def all_nodes(server):
    """The graph as it is: properties of customers by id, and of ties by element id with ends."""
    with server.session() as session:
        nodes = session.run("MATCH (c:Customer) RETURN properties(c) AS p").data()
        rows = session.run(
            "MATCH (a)-[r:TIE]->(b)"
            " RETURN a.id AS a, b.id AS b, properties(r) AS p, elementId(r) AS i"
        ).data()
    return (
        {node["p"]["id"]: node["p"] for node in nodes},
        {row["i"]: (row["a"], row["b"], row["p"]) for row in rows},
    )
