"""What network value predicts in public histories, and in one where nothing is to be found.

`python -m benchmarks.validation` prints the tables of docs/explanation/validation.md. The public
data lie beside the repository; what is not there is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from benchmarks import graphs
from influence import Parameters, Selection, Tables, validate_until
from influence.tables import complete
from influence.validation.result import NAMES, Figure, Validation

MEASURES = ("spearman", "difference", "lift", "lift_difference")
HEADINGS = (
    "predictor",
    "Spearman",
    "network value minus this",
    "top-decile lift",
    "network value minus this",
)
CIAO, LOBSTERS, CDNOW = "2005-12-31", "2022-08-31", "1997-12-31"
"""The last day that is known, by history."""
NULL_DRAWS = 300
"""Resamples for each of the other seeds of generated ties."""
MEAN_DEGREE = 10
EXPONENT = 2.3


def ciaodvd(data: Path) -> tuple[Tables, str, Parameters]:
    """Ratings of DVDs as purchases of 1, and who trusts whom; joined with the first rating."""
    ratings = _read(data / "ciaodvd" / "ratings.csv.gz")
    trust = _read(data / "ciaodvd" / "trust.csv.gz")
    ids = sorted({*ratings["user"], *trust["source"], *trust["target"]})
    first = ratings.groupby("user")["date"].min()
    tables = Tables(
        customers={"id": ids, "joined": [first.get(each) for each in ids]},
        ties=pd.DataFrame({"source": trust["source"], "target": trust["target"], "kind": "trusts"}),
        transactions=_once(ratings["user"], ratings["date"]),
    )
    selection = Selection(directions={"trusts": "reversed"})
    return complete(tables), CIAO, Parameters(selection=selection)


def lobsters(data: Path) -> tuple[Tables, str, Parameters]:
    """Invitations as referrals and as ties from their day on, and stories as purchases of 1."""
    folder = data / "lobsters-invitations"
    users, stories = _read(folder / "users.csv.gz"), _read(folder / "stories.csv.gz")
    invited = _read(folder / "invitations.csv.gz").dropna(subset=["joined_on"])
    tables = Tables(
        customers=pd.DataFrame({"id": users["user"], "joined": users["joined_on"]}),
        ties=invited.rename(columns={"joined_on": "since"}),
        referrals=invited.set_axis(["referrer", "referred", "date"], axis=1),
        transactions=_once(stories["user"], stories["created_hour"].str[:10]),
    )
    return complete(tables), LOBSTERS, Parameters()


def cdnow(data: Path, seed: int) -> tuple[Tables, str, Parameters]:
    """Purchases of CDs, and generated ties that have nothing to do with them."""
    bought = _read(data / "cdnow" / "transactions.csv.gz")
    first = bought.groupby("customer")["date"].min()
    ids, rng = first.index.to_numpy(), np.random.default_rng(seed)
    chance = np.arange(1, len(ids) + 1) ** (-1 / (EXPONENT - 1))
    count = len(ids) * MEAN_DEGREE // 2
    ends = rng.permutation(len(ids))[rng.choice(len(ids), (count, 2), p=chance / chance.sum())]
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    tables = Tables(
        customers={"id": ids, "joined": first.to_list()},
        ties={"source": ids[ends[:, 0]], "target": ids[ends[:, 1]]},
        transactions=pd.DataFrame(
            {
                "customer": bought["customer"],
                "date": bought["date"],
                "amount": bought["dollars"].astype(float),
            }
        ),
    )
    return complete(tables), CDNOW, Parameters()


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str)


def _once(customer: pd.Series[Any], day: pd.Series[Any]) -> pd.DataFrame:
    return pd.DataFrame({"customer": customer, "date": day, "amount": 1.0})


def markdown(name: str, found: Validation) -> str:
    """The tables and verdicts of one history."""
    lines = [f"### {name}", "", f"Known until {found.until}, outcomes until {found.last}.", ""]
    lines += [f"- {note}" for note in found.notes]
    lines += [f"- not compared: {missing}" for missing in found.refused.values()]
    for verdict in found.verdicts:
        rows = [row for row in found.figures if row.outcome == verdict.outcome]
        title = f"**{NAMES[verdict.outcome].capitalize()}**: {verdict.customers:,} customers, "
        lines += ["", f"{title}{verdict.acted:,} people with any.", ""]
        lines += [_row(*HEADINGS), _row(*["---"] * len(HEADINGS))]
        lines += [_row(NAMES[row.predictor], *(_cell(row, each) for each in MEASURES))
                  for row in rows]  # fmt: skip
        lines += ["", f"{verdict.sentence[0].upper()}{verdict.sentence[1:]}."]
    return "\n".join([*lines, "", f"Verdict: {found.verdict}.", ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(row: Figure, measure: str) -> str:
    value, low, high = (getattr(row, f"{measure}{end}") for end in ("", "_low", "_high"))
    return "" if value is None else f"{value:.3f}, {low:.3f} to {high:.3f}"


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=graphs.DATA,
              show_default=True)  # fmt: skip
@click.option("--draws", type=click.IntRange(100), default=1000, show_default=True)
@click.option("--nulls", type=click.IntRange(0), default=20, show_default=True,
              help="Seeds of generated ties in which differences are counted.")  # fmt: skip
def main(data: Path, draws: int, nulls: int) -> None:
    """Print the tables of docs/explanation/validation.md."""
    histories: dict[str, Callable[[Path], tuple[Tables, str, Parameters]]] = {
        "ciaodvd": ciaodvd,
        "lobsters-invitations": lobsters,
        "cdnow": lambda folder: cdnow(folder, 0),
    }
    for name, make in histories.items():
        if (data / name).is_dir():
            print(markdown(name, validate_until(*make(data), draws=draws)))
    if not (data / "cdnow").is_dir():
        return
    found = 0
    for seed in range(1, nulls + 1):
        verdicts = validate_until(*cdnow(data, seed), draws=NULL_DRAWS).verdicts
        found += any(not each.nothing for each in verdicts if each.outcome != "own_purchases")
    print(f"cdnow, {nulls} other seeds of ties: something found for contacts in {found}")


if __name__ == "__main__":
    main()
