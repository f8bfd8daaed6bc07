// Add customers
//
// The client knows that they are not there yet, so nothing is looked up.
//
// Parameters
//   $rows  list  a map of properties for each customer

UNWIND $rows AS row
CREATE (c:Customer)
SET c = row
