"""Validation out of sample gives the same figures from every store."""

from influence import validate_until
from tests.histories import UNTIL, null


def test_a_store_validates_like_its_tables(store):
    tables = null(2, 150)
    store.write_tables(tables)
    of_tables = validate_until(tables, UNTIL, draws=100)
    of_store = validate_until(store, UNTIL, draws=100)
    assert of_store.figures == of_tables.figures
    assert of_store.verdicts == of_tables.verdicts
    assert of_store.undated == of_tables.undated
