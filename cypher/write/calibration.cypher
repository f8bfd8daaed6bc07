// Keep a calibration
//
// Instead of the one before: there is one node.
//
// Parameters
//   $id       text  the calibration
//   $verdict  text  found, or none found
//   $weights  list  of distance 1, 2, 3 …
//   $record   text  all of it, as JSON

MERGE (c:InfluenceCalibration)
SET c.id = $id, c.verdict = $verdict, c.weights = $weights, c.record = $record
