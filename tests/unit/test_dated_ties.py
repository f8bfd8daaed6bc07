"""Ties with a date: they count as exposure from the period after it."""

import numpy as np
import pytest

from influence import Network, Tables
from influence.calibration.exposure import Exposure
from influence.network import Selection
from influence.network.since import arc_days
from influence.tables import EMPTY, merge, validate
from tests import naive
from tests.builders import random_network, scattered
from tests.commands import influence
from tests.worlds import spread, write


@pytest.mark.parametrize("back", [None, 5])
@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_exposure_is_along_the_ties_that_there_are_in_each_period(seed, share, back):
    network = random_network(25, 60, seed)
    rng = np.random.default_rng(seed)
    event, begins = rng.integers(-1, 8, 25), rng.integers(-2, 10, network.arcs)
    found = Exposure.of(network, event, 8, 3, begins=begins, back=back)
    names = network.keys.to_pylist()
    had = {name: when for name, when in zip(names, event.tolist(), strict=True) if when >= 0}
    ends = [*zip(network.sources.tolist(), network.indices.tolist(), strict=True)]
    for period in range(8):
        arcs = {
            (names[i], names[j]): 1.0
            for (i, j), begin in zip(ends, begins, strict=True)
            if begin <= period
        }
        for nearest, farthest in ((1, 2), (3, 5), (1, None)):
            counted = found.within(period, nearest, farthest, share=share)
            for at, name in enumerate(names):
                twin = naive.exposed_to(arcs, had, name, period, nearest, farthest, 3)
                expected = [some / max(people, 1) if share else some for some, people in twin]
                np.testing.assert_allclose(counted[:, at], expected)
                assert found.people(period)[:, at].tolist() == [people for _, people in twin]


def test_looking_farther_back_than_was_kept_is_an_error():
    network = random_network(10, 20, 1)
    found = Exposure.of(network, np.full(10, 1), 9, 1, begins=np.full(network.arcs, 8), back=3)
    with pytest.raises(ValueError, match="before period 5"):
        found.within(8, 1, 4, share=False)


def complete(**frames):
    return merge(EMPTY, validate(Tables(**frames)).tables)


def test_an_arc_begins_with_the_earliest_of_its_ties_and_without_a_date_it_was_always_there():
    tables = complete(
        customers={"id": [*"ABC"], "clv": [1.0] * 3},
        ties={
            "source": ["A", "A", "B", "B", "C"], "target": ["B", "B", "C", "C", "A"],
            "kind": ["f", "g", "f", "g", "f"], "directed": [True, False, True, True, True],
            "since": ["2024-03-01", "2024-02-01", "2024-01-05", None, "2024-05-01"],
        },
    )  # fmt: skip
    selection = Selection()
    network = Network.from_tables(tables, selection)
    days = arc_days(tables, network, selection)
    ends = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    assert dict(zip(ends, days.astype(str).tolist(), strict=True)) == {
        (0, 1): "2024-02-01",
        (1, 0): "2024-02-01",
        (1, 2): "NaT",
        (2, 0): "2024-05-01",
    }
    some = Selection(kinds=("f",), directions={"f": "reversed"})
    network = Network.from_tables(tables, some)
    days = arc_days(tables, network, some)
    ends = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    assert dict(zip(ends, days.astype(str).tolist(), strict=True)) == {
        (1, 0): "2024-03-01",
        (2, 1): "2024-01-05",
        (0, 2): "2024-05-01",
    }


def test_without_dates_there_are_no_days():
    tables = complete(
        customers={"id": [*"AB"], "clv": [1.0] * 2}, ties={"source": ["A"], "target": ["B"]}
    )
    assert arc_days(tables, Network.from_tables(tables), Selection()) is None


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Ties of which half begin in week 12; what spreads, spreads along those that there are."""
    from tests.commands import prepare

    folder = tmp_path_factory.mktemp("dated")
    network = scattered(500, 8, seed=2)
    late = (network.sources + network.indices) % 2 == 1
    event = spread(network, 0.15, seed=3, begins=np.where(late, 13, 0))[1]
    write(folder, network, event)
    first = np.datetime64("2024-01-01")
    for name, week in (("as-they-are", 12), ("too-late", 30)):
        rows = [
            f"{i:06},{j:06},{first + 7 * week if is_late else ''}"
            for i, j, is_late in zip(network.sources, network.indices, late, strict=True)
            if i < j
        ]
        (folder / f"of-{name}").mkdir()
        ties = folder / f"of-{name}" / "ties.csv"
        ties.write_text("source,target,since\n" + "\n".join(rows))
        prepare("load", "tables", folder / "customers.csv", ties, "--store", folder / name)
    prepare("load", "tables", folder / "customers.csv", folder / "ties.csv", "--store",
            folder / "undated")  # fmt: skip
    return folder


def calibrated(company, capsys, store):
    pytest.importorskip("statsmodels")
    return influence(capsys, "calibrate", "--events", company / "events.csv", "--depth", 1,
                     "--dry-run", "--store", company / store)  # fmt: skip


def test_a_tie_exposes_from_its_date_on_and_the_screen_says_so(company, capsys):
    dated = calibrated(company, capsys, "as-they-are")
    assert dated.code == 0, dated.err
    assert "ties have a date and count from the period after it, the others always" in dated.err
    first = dated.json["estimates"][0]
    assert first["low"] < 1 - (1 - 0.15) ** 2 < first["high"]
    facts = dated.json["facts"]
    assert 0 < facts["dated_ties"] < facts["ties"]
    undated = calibrated(company, capsys, "undated")
    assert undated.json["estimates"][0]["weight"] < first["weight"]
    assert undated.json["facts"]["dated_ties"] == 0
    assert "have a date" not in undated.err


def test_ties_that_begin_after_all_events_never_expose_and_are_counted(company, capsys):
    found = calibrated(company, capsys, "too-late")
    assert f"{found.json['facts']['late_ties']:,} are of the last period or later" in found.err
