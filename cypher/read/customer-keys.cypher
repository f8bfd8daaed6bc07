// Property keys of customers
//
// A company's own columns become properties of their own names; this finds them again.
//
// Columns
//   keys  list  every property key in use

MATCH (c:Customer)
UNWIND keys(c) AS key
RETURN collect(DISTINCT key) AS keys
