// Number of customers and ties
//
// Read from the counts that the server maintains.
//
// Columns
//   customers  integer  nodes
//   ties       integer  relationships

CALL () { MATCH (c:Customer) RETURN count(c) AS customers }
CALL () { MATCH (:Customer)-[r:TIE]->() RETURN count(r) AS ties }
RETURN customers, ties
