"""How many examples and seeds are tried: some in every run, more in CI and in thorough runs.

CI runs with `--hypothesis-profile=ci`, `make test-all` with `--hypothesis-profile=thorough`.
"""

from typing import Any

import pytest
from hypothesis import settings

ORDINARY = "ordinary"
SHARES = {ORDINARY: 8, "ci": 4, "thorough": 1}
"""One example in so many is tried, by profile."""

for profile, share in SHARES.items():
    settings.register_profile(profile, derandomize=True, deadline=None, max_examples=100 // share)
settings.load_profile(ORDINARY)


def examples(most: int = 100, **wishes: Any) -> settings:
    """Settings for one test: `most` examples where it is thorough, the same ones at every run."""
    share = SHARES[settings.get_current_profile_name()]
    few = max(most // share, min(most, 10))
    return settings(derandomize=True, deadline=None, max_examples=few, **wishes)


def seeds(some: int, most: int) -> list[Any]:
    """Seeds from 0 for a parametrised test: `some` in every run, the others only in CI."""
    return [*range(some), *(pytest.param(i, marks=pytest.mark.ci) for i in range(some, most))]
