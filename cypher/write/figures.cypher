// Write figures
//
// All of a customer's figures and what they were before change in one statement, so they always
// belong to one run, and her labels with them. Properties that are null are removed.
//
// Parameters
//   $rows    list  one map for each customer: id, changed properties, labels or null if they stay
//   $labels  list  all labels that figures may bring

UNWIND $rows AS row
MATCH (c:Customer {id: row.id})
USING INDEX c:Customer(id)
SET c += row.properties
FOREACH (_ IN CASE WHEN row.labels IS NULL THEN [] ELSE [1] END |
  REMOVE c:$($labels)
  SET c:$(row.labels)
)
