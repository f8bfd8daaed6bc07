// Ties that have a value
//
// Each pair of customers once, the smaller id first.
//
// Columns
//   source   text    id of a customer
//   target   text    id of the other customer
//   value    number  gross influence that the two would lose without the tie
//   overlap  number  of their contacts, from 0 to 1
//   kind     text    kinds of tie between them, with commas
//   partly   flag    whether a tie between them lacks the value, since it was added later

MATCH (a:Customer)-[r:TIE]-(b:Customer)
WHERE r.value IS NOT NULL AND a.id < b.id
WITH a, b, max(r.value) AS value, max(r.overlap) AS overlap
WITH a, b, value, overlap,
     COLLECT {
       MATCH (a)-[t:TIE]-(b)
       WITH DISTINCT coalesce(t.kind, 'tie') AS kind
       RETURN kind ORDER BY kind
     } AS kinds
RETURN a.id AS source, b.id AS target, value, overlap,
       reduce(text = head(kinds), k IN tail(kinds) | text + ', ' + k) AS kind,
       EXISTS { MATCH (a)-[t:TIE]-(b) WHERE t.value IS NULL } AS partly
