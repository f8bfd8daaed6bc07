"""Questions about one customer, or a few."""
