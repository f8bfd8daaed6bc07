// Whether there is such a customer
//
// One who asked not to be profiled is nobody to ask about.
//
// Parameters
//   $id  text  the customer
//
// Columns
//   known  flag  whether somebody has that id and may be shown

RETURN EXISTS { MATCH (c:Customer {id: $id}) WHERE NOT coalesce(c.doNotProfile, false) } AS known
