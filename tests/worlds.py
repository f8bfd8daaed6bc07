"""Simulated companies in which an event spreads along arcs, or does not."""

import numpy as np

PERIODS = 25
WINDOW = 2


def spread(network, chance, seed, hazard=0.02, periods=PERIODS, begins=None):
    """Let an event happen by itself and by influence; returns the network and int[n] periods.

    Each who had the event in the last two periods tries each customer they can influence, in each
    period, with this chance of success; −1: never. Arcs may begin in later periods.
    """
    rng = np.random.default_rng(seed)
    begins = np.zeros(network.arcs) if begins is None else begins
    event = np.full(network.n, -1)
    for period in range(periods):
        active = (event >= max(period - WINDOW, 0)) & (event < period)
        there = active[network.sources] & (begins <= period)
        tries = np.bincount(network.indices, there, minlength=network.n)
        happens = rng.random(network.n) < 1 - (1 - hazard) * (1 - chance) ** tries
        event[(event < 0) & happens] = period
    return network, event


def write(folder, network, event, *, directed=False):
    """Write customers, ties and weekly events as CSV."""
    keys = network.keys.to_pylist()
    ends = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    ties = [(keys[i], keys[j]) for i, j in ends if directed or i < j]
    first = np.datetime64("2024-01-01")
    _csv(folder / "customers.csv", "id,clv", [(key, 100) for key in keys])
    _csv(folder / "ties.csv", "source,target,directed", [(*tie, directed) for tie in ties])
    dated = [(key, first + 7 * at) for key, at in zip(keys, event.tolist(), strict=True) if at >= 0]
    _csv(folder / "events.csv", "customer,date", dated)


def _csv(path, header, rows):
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
