// Check that a customer exists
//
// Customers who are not profiled are treated as unknown.
//
// Parameters
//   $id  text  the customer
//
// Columns
//   known  flag  whether the customer exists and is profiled

RETURN EXISTS { MATCH (c:Customer {id: $id}) WHERE NOT coalesce(c.doNotProfile, false) } AS known
