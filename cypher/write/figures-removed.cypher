// Remove figures
//
// Removes the figures of customers who no longer have scores.
//
// Parameters
//   $id       list  their ids
//   $figures  map   every figure, as null
//   $labels   list  all labels that runs may set

UNWIND $id AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
WITH c, coalesce(c.clv = c.clvComputed, false) AS computed
SET c.clv = CASE WHEN computed THEN 0.0 ELSE c.clv END,
    c.clvComputed = CASE WHEN computed THEN 0.0 END
SET c.sentiment = CASE WHEN c.sentiment = c.sentimentComputed THEN null ELSE c.sentiment END
SET c += $figures
REMOVE c:$($labels)
