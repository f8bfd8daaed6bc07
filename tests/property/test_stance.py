"""Sentiment, its effect on others, and stated intention, against the twins."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Shells
from influence.errors import UsageError
from influence.value.conventions import Conventions
from influence.value.intention import by_segment
from influence.value.pressure import sides, signed
from influence.value.stance import UNDATED, from_nps, newest_score, stance
from tests import graphs, naive
from tests.examples import examples

thoroughly = examples(80)
companies = graphs.companies(max_customers=9, max_ties=18)
sentiments = st.one_of(st.none(), st.sampled_from([-1.0, 1.0, 0.0]), st.floats(-1, 1))
biases = st.sampled_from([1.0, 0.0, 0.5, 2.0, 10.0])


class Case:
    """A company, the sentiments of its customers, and the computed figures."""

    def __init__(self, company, given, weights, bias):
        customers, ties = company
        self.network = Network.from_tables(graphs.tables_of(company))
        self.keys = self.network.keys.to_pylist()
        self.arcs = naive.arcs(naive.last_row_wins(ties)[0])
        self.clv = {customer["id"]: customer["clv"] for customer in customers}
        self.given_sentiment = {key: s for key, s in given.items() if s is not None}
        self.value = np.array([self.clv[key] for key in self.keys])
        self.sentiment = np.array([self.given_sentiment.get(key, np.nan) for key in self.keys])
        self.weights, self.bias = tuple(weights), bias
        self.shells = Shells(self.weights)
        self.influence = self.shells.gain(self.network, self.value)
        self.found = self.signed(self.sentiment, bias)
        self.scale = 1 + bias * float(np.abs(self.value).sum())

    def signed(self, sentiment, bias):
        reverse = self.network.reversed()
        received = (self.shells.gain(reverse, side) for side in sides(sentiment, bias))
        return signed(sentiment, self.influence, self.value, *received, bias)


@st.composite
def cases(draw, values=sentiments):
    company = draw(companies)
    answers = {customer["id"]: draw(values) for customer in company[0]}
    return Case(company, answers, draw(graphs.weights()), draw(biases))


def random_case(seed, directed_share, bias=1.5):
    company = graphs.random_company(seed, n=60, ties=110, directed_share=directed_share)
    coin = np.random.default_rng(seed)
    answers = {c["id"]: coin.choice([None, -1.0, -0.3, 0.0, 1.0]) for c in company[0]}
    return Case(company, answers, (0.6, 0.4, 0.2, 0.1), bias)


def assert_equals_the_twin(case):
    expected = naive.signed(
        case.keys, case.arcs, case.clv, case.given_sentiment, case.weights, naive.exact(case.bias)
    )
    for column, figures in expected.items():
        found = getattr(case.found, column)
        assert found.shape == (len(case.keys),)
        assert found.dtype == np.float64
        exact = [float(figures[key]) for key in case.keys]
        assert found == pytest.approx(exact, rel=1e-12, abs=1e-12 * case.scale), column


@thoroughly
@given(case=cases())
def test_random_companies_equal_the_twin(case):
    assert_equals_the_twin(case)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("directed_share", [0.0, 0.5, 1.0])
def test_larger_companies_equal_the_twin(seed, directed_share):
    assert_equals_the_twin(random_case(seed, directed_share))


@thoroughly
@given(case=cases())
def test_total_signed_influence_equals_total_pressure(case):
    # Σ_i s_i·I_i = Σ_j V_j·pressure_j: both are Σ s_i·w_d(i,j)·V_j over all pairs.
    sent, arrived = case.found.influence_signed.sum(), case.value @ case.found.pressure
    assert sent == pytest.approx(arrived, rel=1e-12, abs=1e-11 * case.scale)


@thoroughly
@given(case=cases())
def test_value_at_risk_is_between_zero_and_the_clv(case):
    at_risk = case.found.value_at_risk
    assert (at_risk >= 0).all()
    assert (at_risk <= np.maximum(case.value, 0)).all()


@thoroughly
@given(case=cases(st.sampled_from([-1.0, -0.25, None])))
def test_without_promoters_value_at_risk_is_the_capped_pressure(case):
    pressure = case.found.pressure
    assert (pressure <= 0).all()
    assert (case.found.value_at_risk == np.maximum(case.value, 0) * np.minimum(-pressure, 1)).all()


@thoroughly
@given(case=cases(st.sampled_from([0.0, 0.5, 1.0, None])))
def test_without_detractors_no_value_is_at_risk_and_the_bias_has_no_effect(case):
    assert not case.found.value_at_risk.any()
    plain = case.signed(case.sentiment, 1.0)
    assert (plain.pressure == case.found.pressure).all()
    assert (plain.influence_signed == case.found.influence_signed).all()


@thoroughly
@given(case=cases(st.sampled_from([0.0, None])))
def test_figures_are_zero_without_sentiments(case):
    for column in (case.found.influence_signed, case.found.pressure, case.found.value_at_risk):
        assert column.shape == (len(case.keys),)
        assert not column.any()
        assert not np.signbit(column).any()


@thoroughly
@given(case=cases())
def test_negated_sentiments_negate_the_pressure(case):
    plain, turned = (case.signed(sentiment, 1.0) for sentiment in (case.sentiment, -case.sentiment))
    assert (turned.pressure == -plain.pressure).all()
    assert (turned.influence_signed == -plain.influence_signed).all()


@thoroughly
@given(case=cases())
def test_a_larger_bias_does_not_lower_the_value_at_risk(case):
    more = case.signed(case.sentiment, case.bias + 1)
    assert (more.value_at_risk >= case.found.value_at_risk - 1e-12 * case.scale).all()
    assert (more.pressure <= case.found.pressure + 1e-12).all()


@pytest.mark.parametrize("bias", [-0.1, float("nan"), float("inf")])
def test_an_invalid_bias_is_refused(bias):
    with pytest.raises(UsageError, match="negativity"):
        Conventions(negativity=bias)


# Surveys and names

surveys = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.one_of(st.none(), st.integers(-3, 3)),
        st.one_of(st.integers(0, 10).map(float), st.floats(0, 10)),
    ),
    max_size=20,
)


@thoroughly
@given(rows=surveys)
def test_the_newest_survey_equals_the_twin(rows):
    expected = naive.newest_sentiment(rows)
    found = newest_score(
        5,
        np.array(["ABCDE".index(customer) for customer, _, _ in rows], dtype=np.intp),
        np.array([UNDATED if day is None else day for _, day, _ in rows], dtype=float),
        np.array([score for _, _, score in rows], dtype=float),
    )
    assert found.shape == (5,)
    for sentiment, customer in zip(from_nps(found).tolist(), "ABCDE", strict=True):
        assert sentiment == expected.get(customer) or (
            np.isnan(sentiment) and customer not in expected
        )


@thoroughly
@given(drawn=st.lists(st.one_of(st.none(), st.floats(-1, 1)), max_size=20))
def test_stances_equal_the_twin(drawn):
    sentiment = np.array([np.nan if s is None else s for s in drawn], dtype=float)
    assert stance(sentiment).tolist() == [naive.stance(s) for s in drawn]


# Intention

people = st.lists(
    st.tuples(
        st.sampled_from("xyz"),
        st.one_of(st.none(), st.integers(0, 10).map(float)),
        st.booleans(),
    ),
    max_size=60,
)


@thoroughly
@given(rows=people, threshold=st.sampled_from([9.0, 7.0, 0.0, 11.0]))
def test_the_counts_of_segments_equal_the_twin(rows, threshold):
    expected = naive.said_and_did(rows, threshold)
    found = by_segment(
        np.array([np.nan if score is None else score for _, score, _ in rows], dtype=float),
        np.array([referred for _, _, referred in rows], dtype=bool),
        np.array(["xyz".index(segment) for segment, _, _ in rows], dtype=np.intp),
        list("xyz"),
        threshold,
    )
    assert [one.segment for one in found] == list("xyz")
    for one in found:
        answered, said, did, others = expected.get(one.segment, (0, 0, 0, 0))
        assert one.answered == one.said.of == answered
        assert one.said.count == one.did.of == said
        assert (one.did.count, one.others_did.count) == (did, others)
        assert one.others_did.of == answered - said


def test_stances_convert_to_arrow_text():
    names = pa.array(stance(np.array([1.0, 0.0, -1.0, np.nan])))
    assert names.type == pa.string()
    assert names.to_pylist() == ["promoter", "neutral", "detractor", "unknown"]
