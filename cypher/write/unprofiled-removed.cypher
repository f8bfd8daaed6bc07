// Remove what runs say of people who are not profiled, together
//
// Others than before are not to be profiled: the sums of then and now would tell them apart.

MATCH (r:InfluenceRun)
SET r.unprofiled = []
