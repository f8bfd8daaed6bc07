// Remove customers
//
// With their ties and their figures.
//
// Parameters
//   $id  list  their ids

UNWIND $id AS id
MATCH (c:Customer {id: id})
USING INDEX SEEK c:Customer(id)
DETACH DELETE c
