"""Apache Spark as the scheduler of jobs, and DataFrames as tables and scores."""

from influence.spark.frames import scores, tables
from influence.spark.session import spark_runner, spark_session

__all__ = ["scores", "spark_runner", "spark_session", "tables"]
