"""The worked graph of the model page, through the engine."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from influence import Selection, Tables, compute
from influence.pipeline import Parameters

GOLDEN = json.loads((Path(__file__).parent / "worked.json").read_text(encoding="utf-8"))
VARIANTS = GOLDEN["variants"]
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def scores_of(customers, ties, directions):
    tables = Tables(customers=pa.Table.from_pylist(customers), ties=pa.Table.from_pylist(ties))
    parameters = Parameters(tuple(GOLDEN["weights"]), Selection(directions=directions or None))
    return compute(tables, parameters)


def assert_as_expected(scores, expected):
    rows = {row["customer"]: row for row in scores.to_arrow().to_pylist()}
    assert list(rows) == sorted(expected)
    for customer, figures in expected.items():
        for column, figure in figures.items():
            assert rows[customer][column] == pytest.approx(figure, abs=1e-9, rel=0), (
                customer,
                column,
            )


@every_variant
def test_every_figure_is_the_golden_one(variant):
    scores = scores_of(variant["customers"], variant["ties"], variant["directions"])
    assert_as_expected(scores, variant["scores"])


@every_variant
def test_the_order_of_the_rows_and_the_way_a_tie_is_listed_change_nothing(variant):
    ties = list(reversed(variant["ties"]))
    if not any(tie.get("directed") for tie in ties) and not variant["directions"]:
        ties = [tie | {"source": tie["target"], "target": tie["source"]} for tie in ties]
    scores = scores_of(list(reversed(variant["customers"])), ties, variant["directions"])
    assert_as_expected(scores, variant["scores"])


def test_as_written_through_the_rows_equals_as_written_through_the_run():
    variant = next(v for v in VARIANTS.values() if v["directions"] == {"tie": "as-written"})
    directed = [tie | {"directed": True} for tie in variant["ties"]]
    assert_as_expected(scores_of(variant["customers"], directed, {}), variant["scores"])


def test_reversed_ties_that_are_written_backwards_are_as_written():
    variant = next(v for v in VARIANTS.values() if v["directions"] == {"tie": "as-written"})
    backwards = [
        tie | {"source": tie["target"], "target": tie["source"]} for tie in variant["ties"]
    ]
    scores = scores_of(variant["customers"], backwards, {"tie": "reversed"})
    assert_as_expected(scores, variant["scores"])


def test_ties_listed_both_ways_round_are_arcs_both_ways_even_as_written():
    # docs/decisions/ties-listed-twice.md
    variant = VARIANTS["both_ways"]
    twice = variant["ties"] + [
        tie | {"source": tie["target"], "target": tie["source"]} for tie in variant["ties"]
    ]
    scores = scores_of(variant["customers"], twice, {"tie": "as-written"})
    assert_as_expected(scores, variant["scores"])


def test_the_scores_have_the_columns_of_the_interface_page():
    variant = VARIANTS["both_ways"]
    scores = scores_of(variant["customers"], variant["ties"], {})
    names = scores.to_arrow().column_names
    assert sorted(names) == sorted(
        [
            "customer", "clv", "reach_1", "reach_2", "reach_3",
            "influence_1", "influence_2", "influence_3", "influence",
            "network_value_gross", "network_value", "own_kept", "credit_received",
            "credit_given", "rank", "clv_rank", "run",
            "crv", "referral_value", "referral_taken", "referral_tree_value",
            "sentiment", "stance", "influence_signed", "pressure", "value_at_risk",
                "influence_active", "influence_passive", "service_value", "weak_tie_value",
                "constraint", "effective_size", "knowledge", "participation", "contacts",
                "social_score", "social_percentile", "financial_percentile", "coverage",
                "quadrant", "tier", "roles",
        ]
    )  # fmt: skip
    assert set(scores.to_arrow()["run"].to_pylist()) == {scores.run.id}
    assert list(scores.to_pandas().columns) == names
    assert scores.row("D")["rank"] == 1
