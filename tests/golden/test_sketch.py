"""How far sketches are off on the Epinions network of trust, where everybody can be searched."""

import numpy as np
import pytest

from influence import Shells
from influence.models.backends import backend_of
from influence.models.sketch import Sketch
from influence.models.weights import DEFAULT
from tests.golden.published import network_of, reference

SEEDS = range(3)


@pytest.fixture(scope="module")
def epinions():
    network = network_of(reference("soc-epinions1")["file"], directed=False)
    value = np.round(np.random.default_rng(1).lognormal(5, 1, network.n), 2)
    return network, value, np.array(DEFAULT) @ Shells().by_distance(network, value)[0]


@pytest.mark.parametrize(
    ("registers", "mean", "p95", "overlap"), [(256, 0.06, 0.14, 0.92), (64, 0.12, 0.28, 0.83)]
)
def test_influence_is_as_close_as_documented(epinions, registers, mean, p95, overlap):
    network, value, exact = epinions
    some, first = exact > 0, set(np.argsort(-exact)[: network.n // 100])
    found = []
    for seed in SEEDS:
        estimate = Sketch(registers=registers, seed=seed).gain(network, value)
        off = np.abs(estimate - exact)[some] / exact[some]
        shared = len(first & set(np.argsort(-estimate)[: len(first)])) / len(first)
        found.append((off.mean(), np.quantile(off, 0.95), shared))
        assert estimate.sum() == pytest.approx(exact.sum(), rel=0.02)
    means = np.mean(found, axis=0)
    assert means[0] <= mean
    assert means[1] <= p95
    assert means[2] >= overlap


def test_the_first_hundred_are_among_the_candidates_and_exact_after_the_search(epinions):
    network, value, exact = epinions
    estimate = Sketch().gain(network, value)
    candidates = np.argsort(-estimate)[:256]
    payoff = np.broadcast_to(value, (1, len(DEFAULT), network.n))
    refined = np.array(DEFAULT) @ backend_of(network).subset_sums(candidates, payoff)[0]
    np.testing.assert_allclose(refined, exact[candidates], rtol=1e-12)
    assert candidates[np.argsort(-refined)][:100].tolist() == np.argsort(-exact)[:100].tolist()
