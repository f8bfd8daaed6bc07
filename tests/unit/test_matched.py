"""Matching of the exposed with others who were as likely to be, against a loop over rows."""

import numpy as np
import pytest

from influence.calibration.exposure import Exposure
from influence.calibration.groups import Groups
from influence.calibration.matched import CALIPER, matched, nearest
from influence.calibration.panel import Panel
from influence.calibration.study import Study
from tests.builders import scattered
from tests.worlds import PERIODS, spread


@pytest.mark.parametrize("seed", range(5))
def test_each_exposed_row_gets_the_nearest_other_row_of_its_group(seed):
    rng = np.random.default_rng(seed)
    exposed, likely = rng.random(80) < 0.3, rng.normal(size=80)
    groups = Groups.of(rng.integers(0, 6, 80) * 7)
    found = dict(zip(*map(list, nearest(exposed, likely, groups)), strict=True))
    for row in np.flatnonzero(exposed):
        others = np.flatnonzero(~exposed & (groups.codes == groups.codes[row]))
        distance = np.abs(likely[others] - likely[row])
        if len(others) and distance.min() <= CALIPER * likely.std():
            assert np.isclose(abs(likely[found[row]] - likely[row]), distance.min())
            assert found[row] in others
        else:
            assert row not in found


def study(chance, seed=3):
    network, event = spread(scattered(1500, 5, seed=2), chance, seed=seed)
    everyone = np.arange(network.n)
    return Study(
        exposure=Exposure.of(network, event, PERIODS, 2),
        panel=Panel.of(event, np.zeros(network.n, dtype=np.int64), 1, PERIODS),
        strata=np.zeros(network.n, dtype=np.int64),
        clusters=(everyone,),
        demographics=np.zeros((0, network.n)),
        depth=2,
    )


def test_what_spreads_gives_more_events_among_the_exposed_and_what_does_not_no_more():
    spreads, alone = matched(study(0.1), 2), matched(study(0.0), 2)
    assert spreads.low > 1.5
    assert alone.low < 1 < alone.high
    assert spreads.exposed / spreads.others == spreads.ratio


def test_without_events_in_both_groups_there_is_no_ratio():
    few = study(0.0)
    event = np.full(1500, -1)
    event[0] = 0
    few = Study(
        Exposure.of(scattered(1500, 5, seed=2), event, PERIODS, 2),
        Panel.of(event, np.zeros(1500, dtype=np.int64), 1, PERIODS),
        few.strata, few.clusters, few.demographics, depth=2,
    )  # fmt: skip
    assert matched(few, 2) is None
