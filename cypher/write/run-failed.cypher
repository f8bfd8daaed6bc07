// Mark a write-back as failed
//
// Customers already written keep the new figures; repeating the run completes the write-back.
//
// Parameters
//   $id  text  the run

MATCH (r:InfluenceRun {id: $id})
SET r.status = 'failed'
