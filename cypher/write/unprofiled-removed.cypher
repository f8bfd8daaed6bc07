// Remove the aggregates of customers who are not profiled
//
// Different customers are excluded now, and comparing old and new sums could identify one.

MATCH (r:InfluenceRun)
SET r.unprofiled = [], r.credited = []
