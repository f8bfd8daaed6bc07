"""DataFrames of Spark as tables, and scores as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.scores import Scores
from influence.spark.blocks import without_warning
from influence.tables import Tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def tables(
    customers: DataFrame | None = None,
    ties: DataFrame | None = None,
    referrals: DataFrame | None = None,
    transactions: DataFrame | None = None,
    surveys: DataFrame | None = None,
    engagements: DataFrame | None = None,
    profiles: DataFrame | None = None,
) -> Tables:
    """Collect DataFrames as tables, column by column through Arrow.

    Parameters
    ----------
    customers, ties, referrals, transactions, surveys, engagements, profiles : DataFrame, optional
        With the columns of the tables of that name.
    """
    given = {
        "customers": customers,
        "ties": ties,
        "referrals": referrals,
        "transactions": transactions,
        "surveys": surveys,
        "engagements": engagements,
        "profiles": profiles,
    }
    with without_warning():
        return Tables(
            **{name: frame.toArrow() for name, frame in given.items() if frame is not None}
        )


def scores(found: Scores, spark: SparkSession) -> DataFrame:
    """Make a DataFrame of scores, one row per profiled customer."""
    with without_warning():
        return spark.createDataFrame(found.to_arrow())
