// The ties that begin at some customers
//
// A record for all ties of a kind, with long lists: it travels many times faster than a record for
// each tie, and what they have in common travels once.
//
// Parameters
//   $node  list  their nodes
//
// Columns
//   kind       text  of all the ties of the record
//   network    text  likewise, as the two flags
//   directed   flag  whether they run one way
//   mutual     flag  whether they were listed both ways
//   source     list  nodes
//   target     list  nodes, of others than customers too
//   strength   list  numbers
//   since      list  ISO dates; null where no tie of the record has one
//   sentiment  list  numbers; null where no tie of the record has one

UNWIND $node AS node
MATCH (a)-[r:TIE]->(b)
WHERE id(a) = node
WITH node, id(b) AS other, properties(r) AS p
WITH p.kind AS kind, p.network AS network, p.directed AS directed, p.mutual AS mutual,
     p.since IS NULL AS undated, p.sentiment IS NULL AS unjudged,
     collect(node) AS source, collect(other) AS target,
     collect(coalesce(p.strength, 1.0)) AS strength,
     collect(left(toString(p.since), 10)) AS since, collect(p.sentiment) AS sentiment
RETURN coalesce(kind, 'tie') AS kind, coalesce(network, '') AS network,
       coalesce(directed, false) AS directed, coalesce(mutual, false) AS mutual,
       source, target, strength, CASE WHEN undated THEN null ELSE since END AS since,
       CASE WHEN unjudged THEN null ELSE sentiment END AS sentiment
