// Add customers
//
// The client knows that they are not there yet, so nothing is looked up.
//
// Parameters
//   $rows  list  one map of properties for each customer, the id among them

UNWIND $rows AS row
CREATE (c:Customer)
SET c = row
