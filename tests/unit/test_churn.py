"""Leaving as the event: whose leaving makes others leave, and what leaves with them."""

import csv

import numpy as np
import pytest

from influence import Tables
from influence.calibration.observed import leaving_days
from influence.errors import UsageError
from influence.reports.churn import value_at_risk_churn
from influence.tables import EMPTY, merge, validate
from tests.builders import scattered
from tests.commands import influence
from tests.worlds import spread

pytest.importorskip("statsmodels")


def complete(**frames):
    return merge(EMPTY, validate(Tables(**frames)).tables)


def test_leaving_is_a_date_or_a_time_without_purchase():
    customers = {"id": ["A", "B", "C", "D"], "clv": [1.0] * 4,
                 "left": ["2024-03-01", "", None, "2024-05-06"]}  # fmt: skip
    bought = {
        "customer": ["A", "B", "B", "C"],
        "date": ["2024-01-01", "2024-01-05", "2024-02-20", "2024-03-01"],
        "amount": [1.0] * 4,
    }
    tables = complete(customers=customers, ties={"source": [], "target": []}, transactions=bought)
    keys = tables.customers["id"].combine_chunks()
    assert leaving_days(tables, keys, None).astype(str).tolist() == [
        "2024-03-01", "NaT", "NaT", "2024-05-06"]  # fmt: skip
    # B is gone for 10 days on the last day with a purchase; C is not; D never bought.
    assert leaving_days(tables, keys, 10).astype(str).tolist() == [
        "2024-01-11", "2024-03-01", "NaT", "NaT"]  # fmt: skip
    without = complete(customers={"id": ["A"]}, ties={"source": [], "target": []})
    with pytest.raises(UsageError, match="no column 'left'"):
        leaving_days(without, keys[:1], None)


def test_what_leaves_is_the_weighted_value_of_others_and_unprofiled_have_no_row():
    tables = complete(
        customers={"id": [*"ABCD"], "clv": [100.0, 50.0, -20.0, 70.0],
                   "do_not_profile": [False, False, False, True]},
        ties={"source": [*"ABC"], "target": [*"BCD"]},
    )  # fmt: skip
    found = value_at_risk_churn(tables, (0.5, 0.1)).to_pydict()
    worth = dict(zip(found["customer"], found["value_at_risk_churn"], strict=True))
    assert worth == pytest.approx({"A": 25.0, "B": 50.0 + 7.0, "C": 60.0 + 10.0})
    assert found["customer"] == ["C", "B", "A"]


def test_churn_is_found_is_no_preset_and_writes_what_leaves(tmp_path, capsys):
    network, left = spread(scattered(900, 5, seed=2), 0.1, seed=3)
    first = np.datetime64("2024-01-01")
    keys = network.keys.to_pylist()
    rows = [f"{key},100,{first + 7 * at if at >= 0 else ''}"
            for key, at in zip(keys, left.tolist(), strict=True)]  # fmt: skip
    (tmp_path / "customers.csv").write_text("\n".join(["id,clv,left", *rows]))
    ends = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    ties = [f"{keys[i]},{keys[j]}" for i, j in ends if i < j]
    (tmp_path / "ties.csv").write_text("\n".join(["source,target", *ties]))
    store = ("--store", tmp_path / "store")
    influence(capsys, "load", "tables", tmp_path / "customers.csv", tmp_path / "ties.csv", *store)
    file = tmp_path / "risk.csv"
    found = influence(capsys, "calibrate", "--events", "leaving", "--at-risk", file, *store)
    assert found.code == 0, found.err
    assert (found.json["verdict"], found.json["saved"]) == ("found", False)
    assert "not a preset" in found.err
    assert influence(capsys, "run", "--preset", "calibrated", *store).code == 2
    with file.open() as lines:
        written = [*csv.DictReader(lines)]
    assert len(written) == network.n
    degree = dict(zip(keys, np.diff(network.indptr).tolist(), strict=True))
    weight = found.json["weights"][0]
    if len(found.json["weights"]) == 1:
        for row in written[:20]:
            expected = weight * 100 * degree[row["customer"]]
            assert float(row["value_at_risk_churn"]) == pytest.approx(expected)
    wrong = influence(capsys, "calibrate", "--events", "joins", "--inactive", 30, *store)
    assert (wrong.code, "--events leaving" in wrong.err) == (2, True)
