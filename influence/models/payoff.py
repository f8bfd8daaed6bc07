"""The payoff of a gain: what each customer counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Payoff = float | npt.NDArray[np.float64]
"""A number for all, or float64[n]: 1 gives people, the CLV gives money."""
