"""Fixtures for both search backends."""

import pytest

from influence.models.backends import dense


@pytest.fixture(scope="module", params=["dense", "compiled"])
def search_by(request):
    """Run each test with the dense and with the compiled backend, which small networks skip."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            patch.setattr(dense, "CUSTOMERS", -1)
        yield request.param
