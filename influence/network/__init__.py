"""Who can influence whom: the network as CSR arrays, the ties it is made of, and its order."""

from influence.network.network import Network
from influence.network.selection import DIRECTIONS, Direction, Selection

__all__ = ["DIRECTIONS", "Direction", "Network", "Selection"]
