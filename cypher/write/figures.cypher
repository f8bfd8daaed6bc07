// Write figures
//
// The figures of a customer, the previous figures and the labels are set in one statement, so they
// always belong to one run. Properties that are null are removed.
//
// Parameters
//   $rows    list  a map for each customer: id, properties, labels (null: unchanged)
//   $labels  list  all labels that runs may set

UNWIND $rows AS row
MATCH (c:Customer {id: row.id})
USING INDEX SEEK c:Customer(id)
SET c += row.properties
FOREACH (_ IN CASE WHEN row.labels IS NULL THEN [] ELSE [1] END |
  REMOVE c:$($labels)
  SET c:$(row.labels)
)
