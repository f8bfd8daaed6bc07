// Remove figures
//
// Of customers who are in the graph but no longer get a row.
//
// Parameters
//   $id       list  their ids
//   $figures  map   every figure, as null
//   $labels   list  all labels that figures may bring

UNWIND $id AS id
MATCH (c:Customer {id: id})
SET c.sentiment = CASE WHEN c.sentiment = c.sentimentComputed THEN null ELSE c.sentiment END
SET c += $figures
REMOVE c:$($labels)
