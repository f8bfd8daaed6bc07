// What a run was computed from
//
// Compared with the present data, to recognise a run that would change nothing.
//
// Parameters
//   $id  text  the run
//
// Columns
//   basis  text  the request, hashes of tables and figures; null for runs of older versions

MATCH (r:InfluenceRun {id: $id})
RETURN r.basis AS basis
