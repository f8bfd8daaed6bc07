"""The quantile of the normal distribution for intervals of 95 %."""

Z_95 = 1.959963984540054
"""Standard errors that such an interval reaches to each side."""
