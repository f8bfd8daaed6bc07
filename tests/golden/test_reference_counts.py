"""How many ordered pairs lie at distance 1, 2 and 3 in public graphs, counted by others."""

import numpy as np
import pytest

from influence import Shells
from tests.golden.published import network_of, reference

# Each takes less than two seconds; the published counts are in reference_counts.json.
UNDIRECTED = [
    "small-classics/karate",
    "small-classics/les_miserables",
    "small-classics/florentine_families",
    "small-classics/davis_women_events",
    "ego-facebook",
    "ca-grqc",
    "wiki-vote",
    "email-eu-core",
    "bitcoin-otc",
    "nethept",
    "lastfm-asia",
    "musae-twitch/ENGB",
    "musae-twitch/PTBR",
    "filmtrust",
    "ciaodvd",
    "lobsters-invitations",
    "netdiffuser-medinnovations",
    "netdiffuser-brfarmers",
    "netdiffuser-kfamily",
]
DIRECTED = [
    "wiki-vote",
    "email-eu-core",
    "bitcoin-otc",
    "filmtrust",
    "ciaodvd",
    "lobsters-invitations",
    "netdiffuser-kfamily",
]


def pairs_at_distance(network):
    reach = Shells((1.0, 1.0, 1.0)).by_distance(network, 1.0)[0]
    return {str(d): int(row.sum()) for d, row in enumerate(reach, 1)}, reach


@pytest.mark.parametrize("name", UNDIRECTED)
def test_pairs_of_a_graph_taken_both_ways(name):
    entry = reference(name)
    network = network_of(entry["file"], directed=False)
    assert network.arcs == 2 * entry["undirected_simple_edges"]
    counts, reach = pairs_at_distance(network)
    assert counts == entry["ordered_pairs_at_distance"]
    for people in entry["per_node_counts_d1_d2_d3"].values():
        for person, expected in people.items():
            assert reach[:, network.index(person)].tolist() == expected, person


@pytest.mark.parametrize("name", DIRECTED)
def test_pairs_of_a_graph_taken_as_written(name):
    entry = reference(name)
    published = entry["directed_source_to_target"]
    network = network_of(entry["file"], directed=True)
    assert network.arcs == published["unique_arcs"]
    counts, reach = pairs_at_distance(network)
    assert counts == published["ordered_pairs_at_distance"]
    for person, expected in published["per_node_counts_d1_d2_d3_highest_outdegree"].items():
        assert reach[:, network.index(person)].tolist() == expected, person


def test_a_directed_graph_read_backwards_has_as_many_pairs():
    entry = reference("wiki-vote")
    network = network_of(entry["file"], directed=True)
    counts, _ = pairs_at_distance(network.reversed())
    assert counts == entry["directed_source_to_target"]["ordered_pairs_at_distance"]


def test_pairs_of_the_epinions_network_of_trust():
    entry = reference("soc-epinions1")
    network = network_of(entry["file"], directed=False)
    assert (network.n, network.arcs) == (75879, 811480)
    counts, reach = pairs_at_distance(network)
    assert counts == {"1": 811480, "2": 72764926, "3": 971522154}
    assert np.array_equal(reach[0], np.diff(network.indptr))
