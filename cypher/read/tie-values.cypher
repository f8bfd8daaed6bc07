// Ties that have a value
//
// One record with long lists; each pair of customers once, the smaller id first.
//
// Columns
//   source   list  ids of customers
//   target   list  ids of the other customers
//   value    list  gross influence that the two would lose without the tie
//   overlap  list  of their contacts, from 0 to 1; NaN where a tie has none
//   kind     list  kinds of tie between them, with commas
//   partly   list  whether a tie between them lacks the value, since it was added later

MATCH (a:Customer)-[r:TIE]-(b:Customer)
WHERE r.value IS NOT NULL AND a.id < b.id
WITH a, b, max(r.value) AS value, max(r.overlap) AS overlap
WITH a, b, value, overlap,
     COLLECT {
       MATCH (a)-[t:TIE]-(b)
       WITH DISTINCT coalesce(t.kind, 'tie') AS kind
       RETURN kind ORDER BY kind
     } AS kinds
RETURN collect(a.id) AS source, collect(b.id) AS target, collect(value) AS value,
       collect(coalesce(overlap, 0.0 / 0.0)) AS overlap,
       collect(reduce(text = head(kinds), k IN tail(kinds) | text + ', ' + k)) AS kind,
       collect(EXISTS { MATCH (a)-[t:TIE]-(b) WHERE t.value IS NULL }) AS partly
