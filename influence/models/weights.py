"""Decay weights: the share of a value that is attributed to influence at distance 1, 2, 3 …

The published figures are relative increases of a probability on a snapshot: clustering, not proof
of influence, and not a share of spending. In money they are a convention until calibrated.
"""

from __future__ import annotations

import re
from itertools import pairwise

from influence.errors import UsageError

PRESETS: dict[str, tuple[float, ...]] = {
    "christakis-fowler": (0.45, 0.25, 0.10),  # as popularly quoted
    "obesity-2007": (0.45, 0.20, 0.10),  # NEJM 357:370, quoted in BMJ 347:f5539
    "smoking-2008": (0.61, 0.29, 0.11),
    "happiness-2008": (0.153, 0.098, 0.056),
    "loneliness-2009": (0.52, 0.25, 0.15),
    "ascarza-2017": (0.28,),  # the one experiment with customers: usage, first step (JMR 54:347)
}
NOT_CALIBRATED = (
    "preset calibrated: this store holds no calibration; `influence calibrate` makes one"
)
DEFAULT_NAME = "christakis-fowler"
DEFAULT = PRESETS[DEFAULT_NAME]
DEFAULT_DEPTH = len(DEFAULT)
GEOMETRIC = re.compile(r"geometric\(\s*([0-9.eE+-]+)\s*\)")


def check_weights(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Check weights and return them.

    Raises
    ------
    UsageError
        Unless there is at least one, all lie in [0, 1] and none exceeds the one before.

    Examples
    --------
    >>> check_weights((0.5, 0.2))
    (0.5, 0.2)
    """
    shown = ", ".join(f"{w:g}" for w in weights)
    if not weights:
        raise UsageError("weights: at least one is needed, for distance 1")
    if not all(0 <= w <= 1 for w in weights):  # also refuses NaN
        raise UsageError(f"weights {shown}: each must lie between 0 and 1")
    if any(later > earlier for earlier, later in pairwise(weights)):
        raise UsageError(f"weights {shown}: they must not increase with distance")
    return weights


def preset(name: str, depth: int | None = None) -> tuple[float, ...]:
    """Return the weights of a named preset, or of `geometric(p)`: p, p², p³ … down to `depth`.

    Parameters
    ----------
    name : str
        A key of `PRESETS`, or `geometric(0.5)`.
    depth : int, optional
        How many steps; only `geometric` has a choice (default 3).

    Raises
    ------
    UsageError
        If there is no such preset, or if it was published with another depth.

    Examples
    --------
    >>> preset("obesity-2007")
    (0.45, 0.2, 0.1)
    >>> preset("geometric(0.5)", depth=4)
    (0.5, 0.25, 0.125, 0.0625)
    """
    if depth is not None and depth < 1:
        raise UsageError(f"depth {depth}: it must be at least 1")
    if name in PRESETS:
        weights = PRESETS[name]
        if depth not in {None, len(weights)}:
            raise UsageError(
                f"preset {name} was published with depth {len(weights)}, not {depth}; "
                f"use --weights, or --preset 'geometric(p)' --depth {depth}"
            )
        return weights
    if name == "calibrated":
        raise UsageError(NOT_CALIBRATED)
    match = GEOMETRIC.fullmatch(name)
    try:
        p = float(match[1] if match else "")
    except ValueError:
        known = ", ".join(PRESETS)
        raise UsageError(f"no preset {name!r}; there are {known} and geometric(p)") from None
    return check_weights(tuple(p**d for d in range(1, (depth or DEFAULT_DEPTH) + 1)))
