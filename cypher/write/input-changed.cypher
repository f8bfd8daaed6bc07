// The input has changed
//
// Another run would find something else than the current one.

MATCH (r:InfluenceRun {current: true})
SET r.inputChanged = true
