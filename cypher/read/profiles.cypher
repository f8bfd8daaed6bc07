// Profiles of some customers
//
// Few records with long lists. A list has no nulls: -1 stands for them.
//
// Parameters
//   $id  list  ids of customers
//
// Columns
//   customer  list  ids
//   network   list  texts
//   contacts  list  integers, or -1
//   public    list  flags

UNWIND $id AS id
MATCH (c:Customer {id: id})-[:HAS_PROFILE]->(p:Profile)
USING INDEX SEEK c:Customer(id)
WHERE p.network IS NOT NULL
RETURN collect(id) AS customer, collect(p.network) AS network,
       collect(coalesce(p.contacts, -1)) AS contacts, collect(coalesce(p.public, false)) AS public
