// The ties that begin within a range of customers
//
// Few records with long lists travel some twenty times faster than a record for each tie.
//
// Parameters
//   $first  text  the smallest id of the range
//   $last   text  the largest id of the range
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

MATCH (a:Customer)
WHERE a.id >= $first AND a.id <= $last
MATCH (a)-[r:TIE]->(b:Customer)
RETURN collect(a.id) AS source, collect(b.id) AS target,
       collect(coalesce(r.kind, 'tie')) AS kind, collect(coalesce(r.network, '')) AS network,
       collect(coalesce(r.strength, 1.0)) AS strength,
       collect(coalesce(r.directed, false)) AS directed,
       collect(coalesce(left(toString(r.since), 10), '')) AS since,
       collect(coalesce(r.mutual, false)) AS mutual
