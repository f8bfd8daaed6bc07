"""Inside a run: customers as arrays, exact and estimated sums, the plan, and the snapshot."""
