"""Request: what a run is asked to compute, as a hash that its record keeps.

A run with the request of the current run, on its input, would give the same figures.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date

import pyarrow.compute as pc

import influence
from influence.parameters import Parameters
from influence.tables import Tables
from influence.tables.rules.window_end import latest_today

DATED = ("transactions", "surveys", "engagements", "referrals")
"""Tables whose last day may end the window of a run."""


def request_of(parameters: Parameters, tables: Tables) -> str:
    """Return the request of a run on some tables.

    Where dates lie in the future, the window ends today, so the day belongs to the request.
    """
    today = latest_today()
    later = parameters.conventions.as_of is None and any(
        pc.any(pc.greater(tables[name]["date"], today)).as_py() for name in DATED
    )
    return _hashed(parameters, today if later else None)


def requests(parameters: Parameters) -> tuple[str, str]:
    """Return the requests that these parameters may make today, whatever the tables are."""
    return _hashed(parameters, None), _hashed(parameters, latest_today())


def _hashed(parameters: Parameters, day: date | None) -> str:
    """Hash all parameters as given, limits included, and the version of this software."""
    asked = asdict(parameters) | {"version": influence.__version__, "day": day}
    return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()
