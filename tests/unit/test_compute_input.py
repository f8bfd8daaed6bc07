"""`compute` takes tables, frames, or a network with values, and says what it cannot take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from influence import Network, UsageError, compute

CUSTOMERS = pd.DataFrame({"id": ["A", "B"], "clv": [100.0, 0.0]})
TIES = pd.DataFrame({"source": ["A"], "target": ["B"]})
GRAPH = nx.path_graph(3)
NETWORK = Network.from_networkx(GRAPH)


def test_frames_by_name_and_a_network_with_values_are_taken() -> None:
    assert len(compute({"customers": CUSTOMERS, "ties": TIES})) == 2
    assert len(compute(NETWORK, values=np.ones(3))) == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((CUSTOMERS,), "not DataFrame"),
        ((CUSTOMERS, TIES), "frames in a mapping"),
        ((GRAPH,), "not Graph"),
        ((Path("company"),), "Path"),
        ((None,), "not NoneType"),
        ((NETWORK,), "a Network has no money: give values"),
        ((NETWORK, np.ones(3)), "values go in values="),
        (({"ties": TIES},), "mapping such as"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(arguments: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        compute(*arguments)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("values", [np.ones(2), np.full(3, np.nan)])
def test_values_that_do_not_fit_the_network_are_refused(values: Any) -> None:
    with pytest.raises(UsageError, match="3 finite numbers are needed"):
        compute(NETWORK, values=values)
