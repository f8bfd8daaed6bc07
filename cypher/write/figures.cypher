// Write figures
//
// All figures of a customer, the previous ones and the labels change in one statement, so they
// always belong to one run. Properties that are null are removed.
//
// Parameters
//   $rows    list  a map for each customer: id, properties, labels (null if they stay)
//   $labels  list  all labels that figures may bring

UNWIND $rows AS row
MATCH (c:Customer {id: row.id})
USING INDEX SEEK c:Customer(id)
SET c += row.properties
FOREACH (_ IN CASE WHEN row.labels IS NULL THEN [] ELSE [1] END |
  REMOVE c:$($labels)
  SET c:$(row.labels)
)
