// How much is there
//
// Taken from the counts that the server keeps anyway.
//
// Columns
//   customers  integer  nodes
//   ties       integer  relationships

CALL () { MATCH (c:Customer) RETURN count(c) AS customers }
CALL () { MATCH (:Customer)-[r:TIE]->() RETURN count(r) AS ties }
RETURN customers, ties
