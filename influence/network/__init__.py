"""The influence graph: CSR arrays, the ties that it is made of, and its order."""

from influence.network.network import Network
from influence.network.selection import DIRECTIONS, Direction, Selection

__all__ = ["DIRECTIONS", "Direction", "Network", "Selection"]
