// Ties from some customers
//
// One record for all ties of the same kind, network and flags, with long lists: it travels many
// times faster than a record for each tie.
//
// Parameters
//   $id  list  ids of customers
//
// Columns
//   kind       text  of all ties of the record
//   network    text  of all ties of the record
//   directed   flag  of all ties of the record: whether they run one way
//   mutual     flag  of all ties of the record: whether they were listed both ways
//   source     list  ids
//   target     list  ids
//   strength   list  numbers
//   since      list  ISO dates; null where no tie of the record has one
//   sentiment  list  numbers; null where no tie of the record has one

UNWIND $id AS id
MATCH (a:Customer {id: id})-[r:TIE]->(b:Customer)
USING INDEX SEEK a:Customer(id)
WHERE b.id IS :: STRING NOT NULL
WITH id, b.id AS other, properties(r) AS p
WITH p.kind AS kind, p.network AS network, p.directed AS directed, p.mutual AS mutual,
     p.since IS NULL AS undated, p.sentiment IS NULL AS unjudged,
     collect(id) AS source, collect(other) AS target,
     collect(coalesce(p.strength, 1.0)) AS strength,
     collect(left(toString(p.since), 10)) AS since, collect(p.sentiment) AS sentiment
RETURN coalesce(kind, 'tie') AS kind, coalesce(network, '') AS network,
       coalesce(directed, false) AS directed, coalesce(mutual, false) AS mutual,
       source, target, strength, CASE WHEN undated THEN null ELSE since END AS since,
       CASE WHEN unjudged THEN null ELSE sentiment END AS sentiment
