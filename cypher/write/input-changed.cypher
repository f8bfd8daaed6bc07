// The input changes
//
// Figures may no longer stand as the last run left them, and another run may find something else.
// The load leaves its stamp, and the oldest stamps go.
//
// Parameters
//   $matters  flag     whether another run would
//   $load     map      the properties of the load's stamp
//   $keep     integer  how many stamps stay

CREATE (stamp:InfluenceLoad)
SET stamp = $load
WITH stamp
CALL () {
  MATCH (old:InfluenceLoad)
  WITH old ORDER BY old.loadedAt DESC, old.id DESC SKIP $keep
  DELETE old
}
WITH stamp
MATCH (r:InfluenceRun {current: true})
WHERE $matters
SET r.inputChanged = true
