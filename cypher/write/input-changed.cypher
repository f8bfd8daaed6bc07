// The input changes
//
// Figures may no longer stand as the last run left them, and another run may find something else.
//
// Parameters
//   $matters  flag  whether another run would

MATCH (l:InfluenceLock {id: 'store'})
SET l.seal = ''
WITH l
MATCH (r:InfluenceRun {current: true})
WHERE $matters
SET r.inputChanged = true
