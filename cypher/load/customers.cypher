// Add and update customers
//
// Sets the given properties and removes those given as null; others stay.
//
// Parameters
//   $rows  list  one map for each customer: id, and a map of properties

UNWIND $rows AS row
MERGE (c:Customer {id: row.id})
SET c += row.properties
