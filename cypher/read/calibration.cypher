// The calibration that is kept
//
// Its weights, and how they were estimated.
//
// Columns
//   record  text  all of it, as JSON; no row where there is none

MATCH (c:InfluenceCalibration)
RETURN c.record AS record
LIMIT 1
