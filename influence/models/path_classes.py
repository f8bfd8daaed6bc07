"""Classes of paths: by their length and the weights of the kinds of their ties."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import numpy as np
import numpy.typing as npt

from influence.network import Network

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PathClasses:
    """The classes of paths of 1 … D ties, the one that counts most first.

    A path of d ties counts w_d times the weights of the kinds of its ties. Where all kinds weigh
    the same, there is one class for each distance.

    Attributes
    ----------
    weights : float64[C]
        What a path of each class counts; never increasing.
    distance : int64[C]
        Its number of ties.
    factor : float64[C]
        The product of the weights of the kinds of its ties.
    levels : float64[L]
        The different weights of kinds, the largest first.
    follow : int32[C + 1, L]
        The class of a path with one more tie of each weight; −1 where it would be too long. The
        last row is of a path without ties.
    """

    weights: Floats
    distance: npt.NDArray[np.int64]
    factor: Floats
    levels: Floats
    follow: States

    @classmethod
    def of(cls, network: Network, weights: tuple[float, ...]) -> PathClasses:
        """List the classes of a network.

        Parameters
        ----------
        network : Network
        weights : tuple of float
            w_1 … w_D.
        """
        kinds = network.kind_weight
        levels = np.ones(1) if kinds is None or not len(kinds) else np.unique(kinds)[::-1]
        depth = len(weights)
        paths = [
            path
            for d in range(1, depth + 1)
            for path in combinations_with_replacement(range(len(levels)), d)
        ]
        distance = np.array([len(path) for path in paths])
        factor = np.array([levels[list(path)].prod() for path in paths])
        counts = np.array(weights)[distance - 1] * factor
        order = np.lexsort((-factor, distance, -counts))
        number = {paths[at]: place for place, at in enumerate(order.tolist())}
        number[()] = len(paths)
        follow = np.full((len(number), len(levels)), -1, dtype=np.int32)
        for path, level in product(number, range(len(levels))):
            follow[number[path], level] = number.get(tuple(sorted((*path, level))), -1)
        return cls(counts[order], distance[order], factor[order], levels, follow)

    def levels_of(self, network: Network) -> npt.NDArray[np.uint16]:
        """The position of the weight of every arc in `levels`; uint16[arcs]."""
        if network.kind_weight is None:
            return np.zeros(network.arcs, dtype=np.uint16)
        return np.searchsorted(-self.levels, -network.kind_weight).astype(np.uint16)

    def by_distance(self, sums: Floats) -> Floats:
        """Add up sums by class to sums by distance, each times the factor of its class.

        Parameters
        ----------
        sums : float64[…, C, n]

        Returns
        -------
        float64[…, D, n]
        """
        weighted = sums * self.factor[:, np.newaxis]
        steps = range(1, int(self.distance.max()) + 1)
        return np.stack([weighted[..., self.distance == d, :].sum(axis=-2) for d in steps], axis=-2)
