"""Results that are an Arrow table, and what other libraries make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.errors import InfluenceError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class ArrowFrame:
    """A result whose data are one Arrow table.

    Attributes
    ----------
    table : pa.Table
    """

    table: pa.Table

    def __len__(self) -> int:
        return len(self.table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Let polars, DuckDB and others read the data without a copy."""
        return self.table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """Return all columns as an Arrow table."""
        return self.table

    def to_pandas(self) -> pd.DataFrame:
        """Return all columns as a pandas frame."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Return all columns as a polars frame.

        Raises
        ------
        InfluenceError
            If polars is not installed.
        """
        try:
            import polars as pl
        except ModuleNotFoundError as error:
            raise InfluenceError("polars is not installed: pip install polars") from error
        return pl.DataFrame(self.table)
