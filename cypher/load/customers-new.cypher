// Add customers
//
// The client knows that they are not there yet, so nothing is looked up.
//
// Parameters
//   $id          list  their ids
//   $properties  list  a map for each of them, the id among them
//   $attributes  list  a map for each of them: the company's own columns

UNWIND range(0, size($id) - 1) AS i
CREATE (c:Customer)
SET c = $properties[i]
SET c += $attributes[i]
