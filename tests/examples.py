"""How many examples and seeds are tried: some in every run, more in CI and in thorough runs.

`make test-all` runs with `--hypothesis-profile=thorough`.
"""

from typing import Any

import pytest
from hypothesis import settings

THOROUGH = "thorough"
SHARE = 4  # an ordinary run tries one example in four

settings.register_profile("ordinary", derandomize=True, deadline=None, max_examples=100 // SHARE)
settings.register_profile(THOROUGH, derandomize=True, deadline=None, max_examples=100)
settings.load_profile("ordinary")


def examples(most: int = 100, **wishes: Any) -> settings:
    """Settings for one test: `most` examples where it is thorough, the same ones at every run."""
    thorough = settings.get_current_profile_name() == THOROUGH
    few = most if thorough else max(most // SHARE, 10)
    return settings(derandomize=True, deadline=None, max_examples=few, **wishes)


def seeds(some: int, most: int) -> list[Any]:
    """Seeds from 0 for a parametrised test: `some` in every run, the others only in CI."""
    return [*range(some), *(pytest.param(i, marks=pytest.mark.ci) for i in range(some, most))]
