"""`map` on public data, as if they were a company's files: which columns it gets right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from influence import Rules, validate
from influence.loaders.mapped import propose_mapping, read, to_toml
from influence.loaders.mapped.findings import Proposal

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-files.md"
UNUSED, OWN = "", "attributes"

TRUTH: dict[str, dict[str, dict[str, str]]] = {
    "cdnow": {
        "transactions.csv.gz": {
            "customer": "transactions.customer", "date": "transactions.date",
            "cds": UNUSED, "dollars": "transactions.amount",
        },
        "CDNOW_master.txt.gz": {
            "customer_id": "transactions.customer", "date": "transactions.date",
            "number_of_cds": UNUSED, "dollar_value": "transactions.amount",
        },
    },
    "online-retail": {
        "online_retail.parquet": {
            "Description": UNUSED,
            "Quantity": "transactions.amount", "InvoiceDate": "transactions.date",
            "UnitPrice": "transactions.amount", "CustomerID": "transactions.customer",
            "Country": UNUSED,
        },
        "baskets.csv.gz": {
            "customer": "transactions.customer", "date": "transactions.date", "is_return": UNUSED,
            "lines": UNUSED, "items": UNUSED, "amount": "transactions.amount", "country": UNUSED,
        },
    },
    "lobsters-invitations": {
        "users.csv.gz": {
            "user": "customers.id", "invited_by": "referrals.referrer",
            "joined_on": "customers.joined", "karma_last": OWN, "moderator": OWN, "submitter": OWN,
        },
        "invitations.csv.gz": {
            "source": "referrals.referrer", "target": "referrals.referred",
            "joined_on": "referrals.date",
        },
        "stories.csv.gz": {
            "story": UNUSED, "user": "engagements.customer", "created_hour": "engagements.date",
            "score_last": UNUSED, "comments_last": UNUSED, "tags": UNUSED,
        },
    },
    "ciaodvd": {
        "ratings.csv.gz": {
            "user": "engagements.customer", "item": UNUSED, "genre": UNUSED, "review": UNUSED,
            "rating": UNUSED, "date": "engagements.date",
        },
        "trust.csv.gz": {"source": "ties.source", "target": "ties.target", "trust": UNUSED},
    },
    "filmtrust": {
        "ratings.csv.gz": {"user": "engagements.customer", "item": UNUSED, "rating": UNUSED},
        "trust.csv.gz": {"source": "ties.source", "target": "ties.target", "trust": UNUSED},
    },
    "bitcoin-otc": {
        "soc-sign-bitcoinotc.csv.gz": {
            "from": "ties.source", "to": "ties.target", "feature": "ties.sentiment",
            "time": "ties.since",
        },
    },
    "musae-twitch": {
        "DE_target.csv.gz": {
            "id": OWN, "days": OWN, "mature": OWN, "views": OWN, "partner": OWN,
            "new_id": "customers.id",
        },
        "DE_edges.csv.gz": {"from": "ties.source", "to": "ties.target"},
    },
    "lastfm-asia": {
        "lastfm_asia_target.csv.gz": {"id": "customers.id", "target": OWN},
        "lastfm_asia_edges.csv.gz": {"node_1": "ties.source", "node_2": "ties.target"},
    },
    "deezer-europe": {
        "nodes.csv.gz": {"node": "customers.id", "gender_label": OWN},
        "deezer_europe_edges.csv.gz": {"node_1": "ties.source", "node_2": "ties.target"},
    },
    "glasgow-s50": {
        "girls.csv.gz": {
            "node": "customers.id", **{f"{what}_t{wave}": OWN for what in ("alcohol", "smoke")
                                       for wave in (1, 2, 3)},
        },
        "friendship.csv.gz": {"wave": UNUSED, "source": "ties.source", "target": "ties.target"},
    },
    "netdiffuser-epigames": {
        "nodes.csv.gz": {
            "id": "customers.id", "toa": OWN, "qyes_total": OWN, "qno_total": OWN,
            "mask_prop": OWN, "med_prop": OWN,
        },
        "contacts.csv.gz": {
            "source": "ties.source", "target": "ties.target", "time": UNUSED,
            "weight": "ties.strength",
        },
    },
    "netdiffuser-brfarmers": {
        "adoption.csv.gz": {
            "node": "customers.id", "toa": OWN, "commun": OWN, "village": OWN, "adopted": OWN,
        },
        "edges.csv.gz": {
            "source": "ties.source", "target": "ties.target", "weight": "ties.strength",
        },
    },
}  # fmt: skip
"""Data set → file → column → what it means, by the README of the data set."""

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the data of ../shared are not here")


def meanings(proposal: Proposal) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in proposal.findings:
        meaning = f"{finding.table}.{finding.meaning}" if finding.table else UNUSED
        meaning = OWN if finding.meaning == OWN else meaning
        # Without a decision a column counts as wrong.
        meaning = "undecided" if finding.confidence == "undecided" else meaning
        found.setdefault(finding.column.name, set()).add(meaning)
    return found


def results(name: str) -> tuple[int, int, list[str]]:
    """Return the columns that are right, all columns, and what is wrong."""
    files = TRUTH[name]
    proposals, _ = propose_mapping([DATA / name / file for file in files])
    right, wrong = 0, []
    for (file, truth), proposal in zip(files.items(), proposals, strict=True):
        found = meanings(proposal)
        assert {*found} == {*truth}, file
        for column, meaning in truth.items():
            if meaning in found[column]:
                right += 1
            else:
                wrong.append(f"{file}: {column}: {found[column]}, not {meaning!r}")
    return right, right + len(wrong), wrong


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[int, int, list[str]]]:
    return {name: results(name) for name in TRUTH}


def test_nine_of_ten_columns_are_right(found) -> None:
    right, columns = (sum(each[at] for each in found.values()) for at in (0, 1))
    wrong = [line for *_, lines in found.values() for line in lines]
    assert right / columns >= 0.9, "\n".join(wrong)


def test_the_page_states_the_results(found) -> None:
    stated = re.findall(r"^\| ([\w-]+) \| (\d+) of (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert stated == [(name, str(right), str(n)) for name, (right, n, _) in found.items()]


@pytest.mark.parametrize("name", [*TRUTH])
def test_the_proposal_loads_as_it_is(name: str, tmp_path: Path) -> None:
    files = [DATA / name / file for file in TRUTH[name]]
    path = tmp_path / "mapping.toml"
    path.write_text(to_toml(propose_mapping(files)[0]), encoding="utf-8")
    checked = validate(read(files, path), Rules(add_missing=0.0, drop_self=True))
    assert sum(counts.read for counts in checked.rows.values())
