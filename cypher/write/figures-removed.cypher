// Remove figures
//
// Of customers who are in the graph but no longer get a row.
//
// Parameters
//   $id       list  their ids
//   $figures  map   every figure, as null

UNWIND $id AS id
MATCH (c:Customer {id: id})
SET c += $figures
