// The ties that begin at some customers
//
// A record for all ties of a kind, with long lists: it travels many times faster than a record for
// each tie, and what they have in common travels once.
//
// Parameters
//   $id  list  the customers
//
// Columns
//   kind      text  of all the ties of the record
//   network   text  likewise, as the two flags
//   directed  flag  whether they run one way
//   mutual    flag  whether they were listed both ways
//   source    list  ids
//   target    list  ids
//   strength  list  numbers
//   since     list  ISO dates, empty where there is none

UNWIND $id AS id
MATCH (:Customer {id: id})-[r:TIE]->(b:Customer)
WHERE b.id IS NOT NULL
WITH id, b.id AS other, properties(r) AS p
RETURN coalesce(p.kind, 'tie') AS kind, coalesce(p.network, '') AS network,
       coalesce(p.directed, false) AS directed, coalesce(p.mutual, false) AS mutual,
       collect(id) AS source, collect(other) AS target,
       collect(coalesce(p.strength, 1.0)) AS strength,
       collect(coalesce(left(toString(p.since), 10), '')) AS since
