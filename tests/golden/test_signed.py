"""Signed influence on the worked graph of the model page."""

import numpy as np
import pytest

from influence import Network, Selection, Shells
from influence.value.pressure import sides, signed
from tests import graphs

KEYS = list("ABCDEF")
VALUE = np.array([100.0, 0.0, 50.0, 200.0, 120.0, 80.0])
SENTIMENT = np.array([1.0, np.nan, 1.0, np.nan, -1.0, np.nan])
OPPOSITE = SENTIMENT * -1


def worked(sentiment=SENTIMENT, bias=1.0, direction="both", value=VALUE):
    network = Network.from_tables(
        graphs.tables_of(graphs.worked()), Selection(directions={"tie": direction})
    )
    assert network.keys.to_pylist() == KEYS
    shells = Shells(graphs.WEIGHTS)
    influence = shells.gain(network, value)
    turned = network.reversed()
    felt = (shells.gain(turned, side) for side in sides(sentiment, bias))
    return signed(sentiment, influence, value, *felt, bias)


def test_the_published_numbers():
    found = worked()
    assert found.pressure == pytest.approx([0.35, 0.80, 0.20, 0.25, 0.35, -0.35], abs=1e-12)
    assert found.value_at_risk == pytest.approx([10, 0, 12.5, 90, 0, 36], abs=1e-9)
    # s·I of the table: A 84.5, C 173, E 148.5
    assert found.influence_signed == pytest.approx([84.5, 0, 173, 0, -148.5, 0], abs=1e-9)


def test_a_bias_multiplies_what_is_negative_in_all_three():
    found = worked(bias=2.0)
    assert found.pressure == pytest.approx([0.25, 0.70, -0.05, -0.20, 0.35, -0.80], abs=1e-12)
    assert found.value_at_risk == pytest.approx([20, 0, 25, 180, 0, 72], abs=1e-9)
    assert found.influence_signed == pytest.approx([84.5, 0, 173, 0, -297, 0], abs=1e-9)


def test_a_bias_of_none_leaves_the_advocates_only():
    found = worked(bias=0.0)
    assert found.pressure == pytest.approx([0.45, 0.90, 0.45, 0.70, 0.35, 0.10], abs=1e-12)
    assert found.value_at_risk.tolist() == [0.0] * 6
    assert found.influence_signed == pytest.approx([84.5, 0, 173, 0, 0, 0], abs=1e-9)


def test_no_more_is_at_risk_than_there_is():
    # A and C against us: D hears 0.45 + 0.25, B 0.45 + 0.45; with a bias of 3 that is beyond 1.
    found = worked(OPPOSITE, bias=3.0)
    assert found.value_at_risk == pytest.approx([100, 0, 50, 200, 120, 24], abs=1e-9)


def test_ties_as_written_carry_it_one_way():
    found = worked(direction="as-written")
    # Who influences whom: A→B, A→C, B→C, C→D, D→E, E→F; nobody is before A, E reaches F only.
    assert found.pressure == pytest.approx([0, 0.45, 0.45, 0.70, 0.35, -0.35], abs=1e-12)
    assert found.value_at_risk == pytest.approx([0, 0, 0, 0, 0, 36], abs=1e-9)


def test_a_customer_who_costs_more_than_she_brings_has_nothing_at_risk():
    value = VALUE - np.array([0, 0, 0, 0, 0, 160.0])
    found = worked(value=value)
    assert found.value_at_risk[-1] == 0
    assert found.influence_signed[4] == pytest.approx(-(148.5 - 0.45 * 160), abs=1e-9)
