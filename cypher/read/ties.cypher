// The ties that begin at some customers
//
// Few records with long lists travel some twenty times faster than a record for each tie.
//
// Parameters
//   $id  list  the customers
//
// Columns
//   source    list  ids
//   target    list  ids
//   kind      list  texts
//   network   list  texts
//   strength  list  numbers
//   directed  list  flags
//   since     list  ISO dates, empty where there is none
//   mutual    list  flags

UNWIND $id AS id
MATCH (a:Customer {id: id})-[r:TIE]->(b:Customer)
WHERE b.id IS NOT NULL
RETURN collect(a.id) AS source, collect(b.id) AS target,
       collect(coalesce(r.kind, 'tie')) AS kind, collect(coalesce(r.network, '')) AS network,
       collect(coalesce(r.strength, 1.0)) AS strength,
       collect(coalesce(r.directed, false)) AS directed,
       collect(coalesce(left(toString(r.since), 10), '')) AS since,
       collect(coalesce(r.mutual, false)) AS mutual
