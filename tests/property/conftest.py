"""What both ways of searching are tested with."""

import pytest

from influence.models.backends import dense


@pytest.fixture(scope="module", params=["dense", "compiled"])
def search_by(request):
    """Small networks need no compiler; what needs one is tested on them all the same."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            patch.setattr(dense, "CUSTOMERS", -1)
        yield request.param
