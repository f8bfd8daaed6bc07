"""How many examples Hypothesis tries: some in every run, many with the profile "thorough".

`make test-all` runs with `--hypothesis-profile=thorough`.
"""

from typing import Any

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
