"""How the values of a table in memory are read: names, ids, null words, types, numbers, dates."""

import pyarrow as pa
import pytest

from influence import Tables, UsageError
from influence.tables.names import canonical_names


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["ID", "CLV"], ["id", "clv"]),
        ([" id ", "\tClv\u00a0"], ["id", "clv"]),
        (["\ufeffid", "\ufeff Do_Not_Profile"], ["id", "do_not_profile"]),
        (["Plan", " A b "], ["Plan", "A b"]),
        (["Source"], ["Source"]),  # a column of ties
        (["", " "], ["", ""]),
    ],
)
def test_known_columns_are_found_however_they_are_spelt(given, found):
    assert canonical_names(given, "customers") == found


def test_a_frame_with_names_in_capitals_works():
    tables = Tables(customers={"ID": ["A"], " Clv ": [1.0], "Plan": ["x"]})
    assert tables.customers.column_names == ["id", "clv", "Plan"]


@pytest.mark.parametrize("names", [["id", "ID"], ["id ", "\ufeffid"], ["plan", "plan "]])
def test_two_columns_that_come_to_one_name_are_refused_by_both_names(names):
    columns = pa.table([pa.array(["A"])] * 2, names=names)
    with pytest.raises(UsageError) as caught:
        Tables(customers=columns)
    assert all(repr(name) in str(caught.value) for name in names)
