// Add and update profiles
//
// A profile is identified by customer and network; its other properties are overwritten.
//
// Parameters
//   $customer  list  ids
//   $network   list  texts
//   $contacts  list  integers or null
//   $public    list  flags

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})
USING INDEX SEEK c:Customer(id)
MERGE (c)-[:HAS_PROFILE]->(p:Profile {network: $network[i]})
SET p.contacts = $contacts[i], p.public = $public[i]
