"""Slow, obvious twins of everything fast, written from the model page alone.

Dicts, sets and loops; no array, no graph library. Numbers stay what they were given as: with
`fractions.Fraction` in, every figure that comes out is exact.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from math import factorial
from typing import Any

Number = int | float | Fraction
Arcs = Mapping[tuple[str, str], float]
Tie = Mapping[str, Any] | Sequence[Any]

FIELDS = ("source", "target", "kind", "network", "strength", "directed")
BLANK = {"kind": "tie", "network": "", "strength": 1.0, "directed": False, "mutual": False}


def exact(number: Number | str) -> Fraction:
    """The model page, worked graph: 0.45 is 9/20, not the nearest double."""
    return Fraction(str(number))


def row(tie: Tie) -> dict[str, Any]:
    """The model page, section 0: a tie as the company gave it, with the blanks filled in."""
    given = tie if isinstance(tie, Mapping) else dict(zip(FIELDS, tie, strict=False))
    return BLANK | dict(given)


def same_tie(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """The model page, section 0, duplicates: ordered only where both rows are directed."""
    if (one["kind"], one["network"]) != (other["kind"], other["network"]):
        return False
    forth = (one["source"], one["target"])
    if forth == (other["source"], other["target"]):
        return True
    both_directed = one["directed"] and other["directed"]
    return not both_directed and forth == (other["target"], other["source"])


def last_row_wins(ties: Iterable[Tie]) -> tuple[list[dict[str, Any]], int]:
    """The model page, section 0, duplicates: surviving rows in order, and how many were replaced.

    A surviving undirected row is `mutual` where it replaced, directly or through other undirected
    rows, one that was listed the other way round.
    """
    rows = [row(tie) for tie in ties]
    survivors: list[dict[str, Any]] = []
    for new in rows:
        replaced = [old for old in survivors if same_tie(old, new)]
        flipped = any(old["source"] == new["target"] for old in replaced if not old["directed"])
        was_mutual = any(old["mutual"] for old in replaced)
        is_self = new["source"] == new["target"]
        mutual = not new["directed"] and not is_self and (flipped or was_mutual or new["mutual"])
        survivors = [old for old in survivors if not same_tie(old, new)]
        survivors.append({**new, "mutual": mutual})
    return survivors, len(rows) - len(survivors)


def arcs_of(tie: Mapping[str, Any], directions: Mapping[str, str]) -> list[tuple[str, str]]:
    """The model page, section 0, direction: the run's setting for the kind, else the row's."""
    forth = (tie["source"], tie["target"])
    back = (tie["target"], tie["source"])
    way = directions.get(tie["kind"], "as-written" if tie["directed"] else "both")
    listed_both_ways_round = tie["mutual"] and not tie["directed"]
    if way == "both" or listed_both_ways_round:
        return [forth, back]
    return {"as-written": [forth], "reversed": [back]}[way]


def arcs(
    ties: Iterable[Tie],
    directions: Mapping[str, str] | None = None,
    kinds: Collection[str] | None = None,
    networks: Collection[str] | None = None,
) -> dict[tuple[str, str], float]:
    """The model page, section 0: the influence graph, i→j where i can influence j.

    Duplicates within a kind and network are settled before (`last_row_wins`); between kinds and
    networks the strongest arc stays.
    """
    strongest: dict[tuple[str, str], float] = {}
    for tie in map(row, ties):
        if tie["source"] == tie["target"]:
            continue
        if kinds is not None and tie["kind"] not in kinds:
            continue
        if networks is not None and tie["network"] not in networks:
            continue
        for arc in arcs_of(tie, directions or {}):
            strongest[arc] = max(strongest.get(arc, 0.0), float(tie["strength"]))
    return strongest


def shell(arcs: Arcs, i: str, depth: int) -> dict[str, int]:
    """The model page, section 0: the others within depth of i, each with its distance."""
    distance = {i: 0}
    frontier = {i}
    for d in range(1, depth + 1):
        frontier = {target for source, target in arcs if source in frontier} - set(distance)
        for j in frontier:
            distance[j] = d
    del distance[i]
    return distance


def by_distance(
    nodes: Iterable[str], arcs: Arcs, payoff: Mapping[str, Number], depth: int
) -> dict[str, list[Number]]:
    """The model page, section 1.1, before weights: the payoff at exactly distance 1 … depth."""
    sums: dict[str, list[Number]] = {}
    for i in nodes:
        sums[i] = [0] * depth
        for j, d in shell(arcs, i, depth).items():
            sums[i][d - 1] += payoff[j]
    return sums


def reach(nodes: Iterable[str], arcs: Arcs, depth: int) -> dict[str, list[int]]:
    """The model page, worked graph: how many people stand at exactly distance 1 … depth."""
    people = {}
    for i in nodes:
        distances = list(shell(arcs, i, depth).values())
        people[i] = [distances.count(d) for d in range(1, depth + 1)]
    return people


def shells_gain(
    nodes: Iterable[str], arcs: Arcs, payoff: Mapping[str, Number], weights: Sequence[Number]
) -> dict[str, Number]:
    """The model page, section 1.1: I_i = Σ_d w_d Σ_{j in shell_d(i)} V_j."""
    gain: dict[str, Number] = {}
    for i in nodes:
        gain[i] = 0
        for j, d in shell(arcs, i, len(weights)).items():
            gain[i] += weights[d - 1] * payoff[j]
    return gain


def strongest_paths(
    arcs: Mapping[tuple[str, str], Number], i: str, weights: Sequence[Number]
) -> dict[str, tuple[Number, int, Number]]:
    """What the path from i to each other customer counts that counts most, over all paths.

    A path of d ties counts w_d times the weights of their kinds, `arcs` by arc. Also its number of
    ties, and the weights of its kinds multiplied; of equal paths the shortest.
    """
    found: dict[str, tuple[Number, int, Number]] = {}
    paths: list[tuple[tuple[str, ...], Number]] = [((i,), 1)]
    for d, weight in enumerate(weights, 1):
        paths = [
            ((*path, target), factor * kind)
            for path, factor in paths
            for (source, target), kind in arcs.items()
            if source == path[-1] and target not in path
        ]
        for path, factor in paths:
            j = path[-1]
            if j not in found or weight * factor > found[j][0]:
                found[j] = (weight * factor, d, factor)
    return found


def shapley_of_paths(
    nodes: Sequence[str],
    arcs: Mapping[tuple[str, str], Number],
    value: Mapping[str, Number],
    weights: Sequence[Number],
) -> dict[str, Number]:
    """The Shapley value of the game Σ_j V_j · max over the group of what their path to j counts.

    What j alone adds to j is V_j. By arrival: the mean over all orders of what each adds.
    """
    counts = {
        i: {j: path[0] for j, path in strongest_paths(arcs, i, weights).items()} for i in nodes
    }
    for i in nodes:
        counts[i][i] = 1
    shares: dict[str, Number] = dict.fromkeys(nodes, 0)
    orders = list(permutations(nodes))
    for order in orders:
        best: dict[str, Number] = dict.fromkeys(nodes, 0)
        for i in order:
            for j, count in counts[i].items():
                if count > best[j]:
                    shares[i] += value[j] * (count - best[j])
                    best[j] = count
    return {i: share / len(orders) for i, share in shares.items()}


def walks(arcs: Arcs, i: str, steps: int, *, weighted: bool) -> dict[str, Number]:
    """The model page, section 1.2: non-backtracking walks of so many steps, by where they end."""
    found = [((i,), Fraction(1))]
    for _ in range(steps):
        found = [
            ((*path, target), count * (exact(strength) if weighted else 1))
            for path, count in found
            for (source, target), strength in arcs.items()
            if source == path[-1] and (len(path) < 2 or target != path[-2])
        ]
    ends: dict[str, Number] = {}
    for path, count in found:
        if path[-1] != i:
            ends[path[-1]] = ends.get(path[-1], 0) + count
    return ends


def ledger(
    nodes: Iterable[str], arcs: Arcs, value: Mapping[str, Number], weights: Sequence[Number]
) -> dict[str, dict[str, Number]]:
    """The model page, section 2: column → customer → money, by the closed form, i by i, j by j.

    NV_i = Σ_{l=0..D} Σ_{j in ball_l(i)} V_j · (w_l - w_{l+1}) / N_l(j)
    """
    nodes = list(nodes)
    depth = len(weights)
    w = [1, *weights, 0]
    distance = {i: {i: 0} | shell(arcs, i, depth) for i in nodes}

    def in_ball(j: str, length: int) -> int:
        return sum(1 for i in nodes if j in distance[i] and distance[i][j] <= length)

    n = {j: [in_ball(j, length) for length in range(depth + 1)] for j in nodes}
    own_kept: dict[str, Number] = dict.fromkeys(nodes, 0)
    received: dict[str, Number] = dict.fromkeys(nodes, 0)
    given: dict[str, Number] = dict.fromkeys(nodes, 0)
    for i in nodes:
        for j, d in distance[i].items():
            for length in range(d, depth + 1):
                share = value[j] * (w[length] - w[length + 1]) / n[j][length]
                if i == j:
                    own_kept[i] += share
                else:
                    received[i] += share
                    given[j] += share
    return {
        "own_kept": own_kept,
        "credit_received": received,
        "credit_given": given,
        "network_value": {i: own_kept[i] + received[i] for i in nodes},
    }


def worth(
    group: Collection[str],
    nodes: Iterable[str],
    arcs: Arcs,
    value: Mapping[str, Number],
    weights: Sequence[Number],
) -> Number:
    """The model page, section 2, the nearest-influencer game: Σ_j V_j · max_{i in group} w_d(i,j).

    w_0 = 1: the group's own value is included. Nothing beyond the depth, nothing of nobody.
    A negative V_j is multiplied like any other.
    """
    w = [1, *weights]
    distance = {i: {i: 0} | shell(arcs, i, len(weights)) for i in group}
    total: Number = 0
    for j in nodes:
        total += value[j] * max((w[distance[i][j]] for i in group if j in distance[i]), default=0)
    return total


def _worth_of_every_group(
    nodes: Sequence[str], arcs: Arcs, value: Mapping[str, Number], weights: Sequence[Number]
) -> dict[frozenset[str], Number]:
    if len(nodes) > 7:
        raise ValueError(f"brute force is for at most 7 customers, not {len(nodes)}")
    exact_value = {j: exact(value[j]) for j in nodes}
    exact_weights = [exact(weight) for weight in weights]
    return {
        frozenset(group): worth(group, nodes, arcs, exact_value, exact_weights)
        for size in range(len(nodes) + 1)
        for group in combinations(nodes, size)
    }


def shapley(
    nodes: Iterable[str], arcs: Arcs, value: Mapping[str, Number], weights: Sequence[Number]
) -> dict[str, Fraction]:
    """The model page, section 2: the Shapley value of the game, over every coalition, exactly."""
    nodes = list(nodes)
    n = len(nodes)
    v = _worth_of_every_group(nodes, arcs, value, weights)
    shares = dict.fromkeys(nodes, Fraction(0))
    for group, without in v.items():
        s = len(group)
        for i in nodes:
            if i not in group:
                chance = Fraction(factorial(s) * factorial(n - s - 1), factorial(n))
                shares[i] += chance * (v[group | {i}] - without)
    return shares


def shapley_by_arrival(
    nodes: Iterable[str], arcs: Arcs, value: Mapping[str, Number], weights: Sequence[Number]
) -> dict[str, Fraction]:
    """The model page, section 2: the same, as the mean of what each adds in every arrival order."""
    nodes = list(nodes)
    v = _worth_of_every_group(nodes, arcs, value, weights)
    added = dict.fromkeys(nodes, Fraction(0))
    for order in permutations(nodes):
        present: frozenset[str] = frozenset()
        for i in order:
            added[i] += v[present | {i}] - v[present]
            present |= {i}
    return {i: added[i] / factorial(len(nodes)) for i in nodes}


def rank(values: Mapping[str, Number], tolerance: Number) -> dict[str, int]:
    """The interface page, score columns: largest first; the tied share the smallest rank.

    Tied with the one before in sorted order where the gap is at most `tolerance` (in money).
    """
    order = sorted(values, key=lambda name: (-values[name], name))
    ranks: dict[str, int] = {}
    for place, name in enumerate(order, start=1):
        before = order[place - 2] if place > 1 else None
        tied = before is not None and values[before] - values[name] <= tolerance
        ranks[name] = ranks[before] if tied else place
    return ranks


def scores(
    customers: Iterable[Mapping[str, Any]], arcs: Arcs, weights: Sequence[Number]
) -> dict[str, dict[str, Fraction | int]]:
    """The model page, sections 1.1 and 2 without referrals: customer → score column → figure.

    Exact: money and weights are read as the decimals they are written as.
    """
    value = {customer["id"]: exact(customer["clv"]) for customer in customers}
    w = [exact(weight) for weight in weights]
    tolerance = sum(abs(v) for v in value.values()) * Fraction(1, 10**12)
    people = reach(value, arcs, len(w))
    money = by_distance(value, arcs, value, len(w))
    columns = ledger(value, arcs, value, w)
    ranks = rank(columns["network_value"], tolerance)
    clv_ranks = rank(value, tolerance)
    table: dict[str, dict[str, Fraction | int]] = {}
    for i, clv in value.items():
        influence = [w[d] * Fraction(money[i][d]) for d in range(len(w))]
        table[i] = {
            "clv": clv,
            **{f"reach_{d}": count for d, count in enumerate(people[i], start=1)},
            **{f"influence_{d}": part for d, part in enumerate(influence, start=1)},
            "influence": sum(influence, Fraction(0)),
            "network_value_gross": clv + sum(influence, Fraction(0)),
            **{name: Fraction(column[i]) for name, column in columns.items()},
            "rank": ranks[i],
            "clv_rank": clv_ranks[i],
        }
    return table


def sentiment_of_answer(score: Number) -> int:
    """The model page, section 3, signed influence: NPS 9-10 is 1, 7-8 is 0, 0-6 is -1."""
    if score < 7:
        return -1
    return 0 if score < 9 else 1


def newest_sentiment(surveys: Iterable[tuple[str, int | None, Number]]) -> dict[str, int]:
    """The model page, section 3, signed influence: customer → sentiment by the newest survey.

    Rows of (customer, day or None, score); None is the oldest, of one day the later row wins.
    """
    newest: dict[str, tuple[int | None, int]] = {}
    for customer, day, score in surveys:
        if customer in newest:
            before = newest[customer][0]
            if before is not None and (day is None or day < before):
                continue
        newest[customer] = (day, sentiment_of_answer(score))
    return {customer: sentiment for customer, (_, sentiment) in newest.items()}


def stance(sentiment: Number | None) -> str:
    """The model page, section 3, signed influence: promoter, detractor, neutral or unknown."""
    if sentiment is None:
        return "unknown"
    if sentiment >= Fraction(1, 2):
        return "promoter"
    return "detractor" if sentiment <= Fraction(-1, 2) else "neutral"


def signed(
    nodes: Iterable[str],
    arcs: Arcs,
    value: Mapping[str, Number],
    sentiment: Mapping[str, Number],
    weights: Sequence[Number],
    bias: Number = 1,
) -> dict[str, dict[str, Number]]:
    """The model page, section 3, signed influence: column → customer → figure.

    Whoever has no sentiment counts as 0; the bias multiplies negative sentiment in every column.
    """
    nodes = list(nodes)
    influence = shells_gain(nodes, arcs, value, weights)
    s: dict[str, Number] = {}
    for i in nodes:
        given = sentiment.get(i, 0)
        s[i] = bias * given if given < 0 else given
    pressure: dict[str, Number] = dict.fromkeys(nodes, 0)
    against: dict[str, Number] = dict.fromkeys(nodes, 0)
    for i in nodes:
        for j, d in shell(arcs, i, len(weights)).items():
            pressure[j] += s[i] * weights[d - 1]
            if s[i] < 0:
                against[j] += -s[i] * weights[d - 1]
    return {
        "influence_signed": {i: s[i] * influence[i] for i in nodes},
        "pressure": pressure,
        "value_at_risk": {j: max(value[j], 0) * min(1, against[j]) for j in nodes},
    }


def said_and_did(
    people: Iterable[tuple[str, Number | None, bool]], threshold: Number
) -> dict[str, tuple[int, int, int, int]]:
    """The model page, section 3, intention: segment → answered, said so, of those did, others did.

    Rows of (segment, answer or None, whether a referral was seen).
    """
    counts: dict[str, tuple[int, int, int, int]] = {}
    for segment, answer, referred in people:
        answered, said, did, others = counts.get(segment, (0, 0, 0, 0))
        if answer is not None:
            answered += 1
            if answer >= threshold:
                said += 1
                did += referred
            else:
                others += referred
        counts[segment] = (answered, said, did, others)
    return counts


Referral = Mapping[str, Any]


def counting(rows: Sequence[Referral]) -> list[bool]:
    """The model page, section 2: the earliest date wins, blank dates last, then row order.

    A self referral, or a row that lacks an end, is no referral.
    """

    def proper(row: Referral) -> bool:
        ends = {row["referrer"], row["referred"]}
        return None not in ends and len(ends) == 2

    def comes_first(place: int) -> tuple[bool, Any, int]:
        date = rows[place]["date"]
        return (date is None, date or 0, place)

    counts = [False] * len(rows)
    for person in {row["referred"] for row in rows}:
        places = [p for p, row in enumerate(rows) if row["referred"] == person and proper(row)]
        if places:
            counts[min(places, key=comes_first)] = True
    return counts


def cycles(rows: Sequence[Referral]) -> list[tuple[int, tuple[str, ...]]]:
    """The model page, section 2: the chains that close, each with its first row, by that row."""
    counts = counting(rows)
    place = {row["referred"]: p for p, row in enumerate(rows) if counts[p]}
    found = []
    for p in place.values():
        upwards = [rows[p]["referrer"]]
        while upwards[-1] in place and upwards.count(upwards[-1]) == 1:
            upwards.append(rows[place[upwards[-1]]]["referrer"])
        closes = upwards[-1] == upwards[0] and rows[p]["referred"] in upwards
        if closes and p == min(place[member] for member in upwards):
            found.append((p, tuple(reversed(upwards))))
    return sorted(found)


def margin(row: Referral, value: Mapping[str, Number]) -> Number:
    """The model page, section 2: a blank margin is max(V_j, 0)."""
    return max(value[row["referred"]], 0) if row["margin"] is None else row["margin"]


def crv(
    nodes: Iterable[str],
    rows: Iterable[Referral],
    value: Mapping[str, Number],
    *,
    charge_certain: bool = False,
) -> dict[str, Number]:
    """The model page, section 2: crv_r += (1 - p)·(m - a - c) + q; charged in full on request."""
    sums: dict[str, Number] = dict.fromkeys(nodes, 0)
    for row in rows:
        would_not = 1 - row["joined_anyway"]
        costs = row["incentive"] + row["marketing"]
        charged = costs if charge_certain else would_not * costs
        earned = would_not * margin(row, value) - charged
        sums[row["referrer"]] += earned + row["acquisition_saved"]
    return sums


def below(rows: Collection[Referral], person: str) -> list[str]:
    """The model page, section 2: all whom she referred, and all below those."""
    found = []
    for row in rows:
        if row["referrer"] == person:
            found += [row["referred"], *below(rows, row["referred"])]
    return found


def tree_value(
    nodes: Iterable[str], rows: Collection[Referral], crv: Mapping[str, Number]
) -> dict[str, Number]:
    """The model page, section 2: Σ crv of her and of all below her."""
    return {i: crv[i] + sum(crv[j] for j in below(rows, i)) for i in nodes}


def ledger_with_referrals(
    nodes: Iterable[str],
    arcs: Arcs,
    rows: Collection[Referral],
    value: Mapping[str, Number],
    weights: Sequence[Number],
    share: Number,
) -> dict[str, dict[str, Number]]:
    """The model page, section 2: referrals first, then influence spreads what is left."""
    nodes = list(nodes)
    taken: dict[str, Number] = dict.fromkeys(nodes, 0)
    referral_value: dict[str, Number] = dict.fromkeys(nodes, 0)
    for row in rows:
        j, would_not = row["referred"], 1 - row["joined_anyway"]
        taken[j] = would_not * share * min(margin(row, value), max(value[j], 0))
        costs = would_not * (row["incentive"] + row["marketing"])
        referral_value[row["referrer"]] += taken[j] + row["acquisition_saved"] - costs
    columns = ledger(nodes, arcs, {i: value[i] - taken[i] for i in nodes}, weights)
    with_referrals = {i: columns["network_value"][i] + referral_value[i] for i in nodes}
    return columns | {
        "referral_taken": taken,
        "referral_value": referral_value,
        "network_value": with_referrals,
    }


# Rows of several loads

Purchase = tuple[str, int, Number, str, Number | None]
"""Customer, day, amount, order ("" for none), and seconds of the day or None."""


def same_referrals(rows: Sequence[Referral]) -> list[Referral]:
    """Explanation of referrals: of each pair the earliest, of equally early ones the last; in the
    order in which the pairs came.

    A row without a date is later than all others, one without a time than all of its day.
    """

    def moment(row: Referral) -> tuple[bool, Number]:
        day, time = row["date"], row["time"]
        undated = day is None
        return (undated, 0 if undated else day * 86400 + (86400 if time is None else time))

    chosen: dict[tuple[str, str], Referral] = {}
    for row in rows:
        pair = (row["referrer"], row["referred"])
        if pair not in chosen or moment(row) <= moment(chosen[pair]):
            chosen[pair] = row
    return list(chosen.values())


def same_answers(
    rows: Iterable[tuple[str, int, Number | None, Number]],
) -> dict[tuple[str, int], Number]:
    """Explanation of advocates: (customer, day) → the answer of the latest time, else the last."""
    chosen: dict[tuple[str, int], tuple[Number, Number]] = {}
    for customer, day, time, score in rows:
        known = -1 if time is None else time
        if (customer, day) not in chosen or known >= chosen[customer, day][0]:
            chosen[customer, day] = (known, score)
    return {key: score for key, (_, score) in chosen.items()}


def same_purchases(loads: Sequence[Sequence[Purchase]]) -> dict[Purchase, int]:
    """The decision on purchases: how many there are of each, number by number.

    In each load the rows that tell less are numbered after those that tell more and may be the
    same; all loads together, a number stays unless so many rows tell more.
    """
    found: dict[Purchase, set[int]] = {}

    def there(which: Any) -> int:
        return sum(len(numbers) for row, numbers in found.items() if which(row))

    def equal(row: Purchase) -> Any:
        return lambda other: other[:3] == row[:3]

    def both(row: Purchase, *parts: int) -> Any:
        return lambda o: (
            equal(row)(o)
            and o[3]
            and o[4] is not None
            and all(o[part] == row[part] for part in parts)
        )

    def settle(kind: Any, before: Any, ahead: Any) -> None:
        for row in {row for load in loads for row in load if kind(row)}:
            numbers = {
                ahead(load, row) + number for load in loads for number in range(load.count(row))
            }
            least = before(row)
            found[row] = {number for number in numbers if number >= least}

    def among(load: Sequence[Purchase], which: Any) -> int:
        return sum(1 for row in load if which(row))

    def most(count: Any, row: Purchase) -> int:
        return max(
            count(lambda o: equal(row)(o) and bool(o[3])),
            count(lambda o: equal(row)(o) and o[4] is not None),
        )

    settle(lambda r: r[3] and r[4] is not None, lambda _: 0, lambda *_: 0)
    settle(
        lambda r: r[3] and r[4] is None,
        lambda r: there(both(r, 3)),
        lambda load, r: among(load, both(r, 3)),
    )
    settle(
        lambda r: not r[3] and r[4] is not None,
        lambda r: there(both(r, 4)),
        lambda load, r: (
            among(load, both(r, 4))
            + among(load, lambda o: equal(r)(o) and bool(o[3]) and o[4] is None)
        ),
    )
    settle(
        lambda r: not r[3] and r[4] is None,
        lambda r: most(there, r),
        lambda load, r: most(lambda which: among(load, which), r),
    )
    return {row: len(numbers) for row, numbers in found.items() if numbers}


def same_acts(loads: Sequence[Sequence[tuple[Any, ...]]]) -> dict[tuple[Any, ...], int]:
    """How many acts there are of each: as many as the load with most of them has."""
    return {
        act: max(list(load).count(act) for load in loads)
        for act in {a for load in loads for a in load}
    }


def own_losses(
    nodes: Iterable[str],
    arcs: Arcs,
    value: Mapping[str, Number],
    weights: Sequence[Number],
) -> dict[tuple[str, str], Number]:
    """The model page, section 3, weak ties: by arc, what its source influences less without it.

    Cutting a tie cuts the arcs in both directions.
    """
    before = shells_gain(nodes, arcs, value, weights)
    lost: dict[tuple[str, str], Number] = {}
    for i, j in arcs:
        rest = {arc: strength for arc, strength in arcs.items() if arc not in {(i, j), (j, i)}}
        lost[i, j] = before[i] - shells_gain([i], rest, value, weights)[i]
    return lost


def contacts(nodes: Iterable[str], arcs: Arcs) -> dict[str, set[str]]:
    """The model page, section 3: the others whom a customer has an arc with, either way."""
    return {i: {b if a == i else a for a, b in arcs if i in {a, b}} for i in nodes}


def overlap(arcs: Arcs, i: str, j: str) -> Fraction:
    """The model page, section 3: O_ij = common / ((k_i − 1) + (k_j − 1) − common)."""
    known = contacts((i, j), arcs)
    common = len(known[i] & known[j])
    either = len(known[i]) - 1 + len(known[j]) - 1 - common
    return Fraction(common, either) if either else Fraction(0)


def share(arcs: Arcs, i: str, j: str) -> Fraction:
    """Burt's p_ij, with one for each arc between two customers."""

    def between(a: str, b: str) -> int:
        return ((a, b) in arcs) + ((b, a) in arcs)

    return Fraction(between(i, j), sum(between(i, k) for k in contacts((i,), arcs)[i]))


def constraint(nodes: Iterable[str], arcs: Arcs) -> dict[str, Fraction | None]:
    """Burt's constraint: Σ_j (p_ij + Σ_q p_iq p_qj)² over the contacts j."""
    known = contacts(nodes, arcs)
    found: dict[str, Fraction | None] = {}
    for i, others in known.items():
        found[i] = None
        if others:
            found[i] = sum(
                (
                    share(arcs, i, j)
                    + sum(
                        (share(arcs, i, q) * share(arcs, q, j) for q in others & known[j]),
                        Fraction(0),
                    )
                )
                ** 2
                for j in others
            )  # type: ignore[assignment]
    return found


def mid_rank(values: Mapping[str, float]) -> dict[str, float]:
    """The model page, section 3: the percentile of each value, equal ones counted half."""
    return {
        one: 100.0
        * sum(1.0 if other < value else 0.5 if other == value else 0.0 for other in values.values())
        / len(values)
        for one, value in values.items()
    }


Pairs = Sequence[tuple[float, float, float]]
"""A predictor, an outcome, and how much the pair of people weighs."""


def spearman(pairs: Pairs) -> float:
    """Pearson's correlation of weighted mid-ranks."""
    total = sum(weight for _, _, weight in pairs)

    def ranks(at: int) -> list[float]:
        return [
            sum(p[2] for p in pairs if p[at] < one[at])
            + sum(p[2] for p in pairs if p[at] == one[at]) / 2
            for one in pairs
        ]

    def mean(values: Iterable[float]) -> float:
        return sum(v * p[2] for v, p in zip(values, pairs, strict=True)) / total

    x, y = ranks(0), ranks(1)
    x = [each - mean(x) for each in x]
    y = [each - mean(y) for each in y]
    spread = mean(a * a for a in x) * mean(b * b for b in y)
    return mean(a * b for a, b in zip(x, y, strict=True)) / spread**0.5 if spread else 0.0


def lift(pairs: Pairs, share: float = 0.1) -> float:
    """Mean outcome of the pairs with the largest predictors ÷ that of all; equal ones share."""
    total = sum(weight for _, _, weight in pairs)
    left, best = share * total, 0.0
    for value in sorted({x for x, _, _ in pairs}, reverse=True):
        equal = [(y, weight) for x, y, weight in pairs if x == value]
        there = sum(weight for _, weight in equal)
        taken = min(left, there)
        best += sum(y * weight for y, weight in equal) * (taken / there if there else 0.0)
        left -= taken
    overall = sum(y * weight for _, y, weight in pairs) / total
    return best / (share * total) / overall


def exposed_to(
    arcs: Arcs,
    event: Mapping[str, int | None],
    person: str,
    period: int,
    nearest: int,
    farthest: int | None,
    depth: int,
) -> list[tuple[int, int]]:
    """The model page, section 4: at each distance, who had the event some periods ago, of how many.

    Those count who can influence the person: distances are along the arcs towards them.
    """
    towards = {(j, i): strength for (i, j), strength in arcs.items()}
    found = []
    for distance in range(1, depth + 1):
        there = [other for other, d in shell(towards, person, depth).items() if d == distance]
        ago = [period - when for other in there if (when := event.get(other)) is not None]
        counted = [a for a in ago if a >= nearest and (farthest is None or a <= farthest)]
        found.append((len(counted), len(there)))
    return found
