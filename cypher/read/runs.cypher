// The runs, newest first
//
// All that is kept of them but the figures, which stand on the customers.
//
// Columns
//   run  map  the properties of the run

MATCH (r:InfluenceRun)
RETURN properties(r) AS run
ORDER BY r.startedAt DESC, r.id DESC
