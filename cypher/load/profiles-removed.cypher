// Remove profiles
//
// Those that a later load no longer lists.
//
// Parameters
//   $customer  list  ids
//   $network   list  texts

UNWIND range(0, size($customer) - 1) AS i
MATCH (c:Customer {id: $customer[i]})-[:HAS_PROFILE]->(p:Profile {network: $network[i]})
USING INDEX SEEK c:Customer(id)
DETACH DELETE p
