"""The result of loads does not depend on how rows are split between them."""

from collections import Counter
from itertools import pairwise, permutations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from influence.tables import EMPTY, TABLES, Tables, merge, validate
from tests import naive
from tests.examples import examples

thoroughly = examples(200)
fewer = examples(100)  # each in up to 6 orders
PEOPLE = Tables(customers={"id": ["A", "B", "C", "D"]})
TIMES = st.sampled_from([None, 3600.0, 7200.5, 86399.0])
DAYS = st.integers(19_000, 19_002)


def text_of(day, time):
    """A date as a file may write it."""
    if day is None:
        return ""
    written = str(pa.scalar(day, pa.int32()).cast(pa.date32()).as_py())
    if time is None:
        return written
    hours, rest = divmod(time, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{written} {int(hours):02}:{int(minutes):02}:{seconds:04.1f}"


def loaded(name, loads):
    state = merge(EMPTY, validate(PEOPLE).tables)
    for load in loads:
        columns = {column: [row[column] for row in load] for column in load[0]}
        state = merge(state, validate(Tables(**{name: columns}), known=state).tables)
    return state[name]


def split(rows, cuts):
    """Split rows into one more load than there are cuts."""
    places = sorted({0, len(rows), *(cut % (len(rows) + 1) for cut in cuts)})
    return [rows[a:b] for a, b in pairwise(places)]


referrals = st.lists(
    st.fixed_dictionaries(
        {
            "referrer": st.sampled_from("AB"),
            "referred": st.sampled_from("CD"),
            "date": st.one_of(st.none(), DAYS),
            "time": TIMES,
            "incentive": st.integers(0, 9).map(float),
        }
    ),
    min_size=1,
    max_size=12,
)
cuts = st.lists(st.integers(0, 12), max_size=3)


@thoroughly
@given(rows=referrals, cuts=cuts)
def test_the_earliest_row_of_a_pair_wins_for_any_split_into_loads(rows, cuts):
    rows = [{**row, "time": row["time"] if row["date"] is not None else None} for row in rows]
    given_rows = [
        {**row, "date": text_of(row["date"], row["time"])} | {"time": "not used"} for row in rows
    ]
    found = loaded("referrals", split(given_rows, cuts)).sort_by("place").to_pylist()
    expected = naive.same_referrals(rows)
    names = ("referrer", "referred", "incentive", "time")
    assert sorted([row[name] for name in names] for row in found if row["time"] is not None) == (
        sorted([row[name] for name in names] for row in expected if row["time"] is not None)
    )
    for one in "CD":
        assert [(r["referrer"], r["incentive"]) for r in found if r["referred"] == one] == [
            (r["referrer"], r["incentive"]) for r in expected if r["referred"] == one
        ]


answers = st.lists(
    st.tuples(st.sampled_from("AB"), DAYS, TIMES, st.integers(0, 10).map(float)),
    min_size=1,
    max_size=12,
)


@thoroughly
@given(rows=answers, cuts=cuts)
def test_the_latest_answer_of_a_day_counts_for_any_split_into_loads(rows, cuts):
    given_rows = [
        {"customer": customer, "score": score, "date": text_of(day, time)}
        for customer, day, time, score in rows
    ]
    found = loaded("surveys", split(given_rows, cuts))
    days = found["date"].cast(pa.int32()).to_pylist()
    assert {
        (row["customer"], day): row["score"]
        for row, day in zip(found.to_pylist(), days, strict=True)
    } == naive.same_answers(rows)


purchases = st.lists(
    st.lists(
        st.tuples(
            st.just("A"), st.just(19_000), st.sampled_from([5.0, 9.0]),
            st.sampled_from(["", "", "1", "2"]), st.sampled_from([None, None, 3600.0, 7200.5]),
        ),
        min_size=1, max_size=6,
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@fewer
@given(loads=purchases)
def test_equal_purchases_are_counted_alike_in_any_order_of_loads(loads):
    files = [
        [
            {"customer": who, "date": text_of(day, time), "amount": amount, "order": order}
            for who, day, amount, order, time in load
        ]
        for load in loads
    ]
    expected = naive.same_purchases(loads)
    for order in permutations(files):
        found = loaded("transactions", [*order, order[0]]).to_pylist()
        assert expected == Counter(
            (row["customer"], 19_000, row["amount"], row["order"], row["time"]) for row in found
        )


acts = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from("AB"), st.sampled_from(["read", "review"]),
            st.sampled_from([None, 19_000]), st.sampled_from([None, 3600.0]),
            st.sampled_from(["", "B"]), st.sampled_from([None, -1.0]),
        ),
        min_size=1, max_size=6,
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@fewer
@given(loads=acts)
def test_equal_acts_are_as_many_as_in_the_load_with_most_of_them_in_any_order_of_the_loads(loads):
    loads = [[(*a[:3], a[3] if a[2] else None, *a[4:]) for a in load] for load in loads]
    files = [
        [
            {"customer": who, "kind": kind, "date": text_of(day, time), "other": other,
             "sentiment": sentiment}
            for who, kind, day, time, other, sentiment in load
        ]
        for load in loads
    ]  # fmt: skip
    expected = naive.same_acts(loads)
    for order in permutations(files):
        found = loaded("engagements", [*order, order[0]])
        days = found["date"].cast(pa.int32()).to_pylist()
        assert expected == Counter(
            (r["customer"], r["kind"], day, r["time"], r["other"] or "", r["sentiment"])
            for r, day in zip(found.to_pylist(), days, strict=True)
        )
        key = found.select([*TABLES["engagements"].key])
        assert len(set(map(str, key.to_pylist()))) == len(found)


profiles = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["web", "forum"]),
              st.one_of(st.none(), st.integers(0, 9)), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@thoroughly
@given(rows=profiles, cuts=cuts)
def test_the_last_row_of_a_profile_counts_however_loads_are_split(rows, cuts):
    given_rows = [
        dict(zip(("customer", "network", "contacts", "public"), row, strict=True)) for row in rows
    ]
    found = loaded("profiles", split(given_rows, cuts)).to_pylist()
    assert {tuple(row.values())[:2]: tuple(row.values())[2:] for row in found} == {
        row[:2]: row[2:] for row in rows
    }
    assert len(found) == len({row[:2] for row in rows})
