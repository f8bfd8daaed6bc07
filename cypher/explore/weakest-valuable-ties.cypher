// Weak ties that carry value
//
// Ties between customers who share few contacts, by the gross influence that the two would lose
// without the tie. Such ties carry news between groups. The value is a gross figure, so it must not
// be summed. A run keeps the 10,000 most valuable ties.
//
// Parameters
//   $overlap  number 0..1 = 0.1    largest overlap: shared contacts as a share of all of the two
//   $limit    integer 0.. = 25     maximum number of rows
//
// Columns
//   customer       text   the end with the smaller id
//   name           text   name of the customer
//   segment        text   segment of the customer
//   other          text   the customer at the other end
//   other_name     text   name of the other customer
//   other_segment  text   segment of the other customer
//   kinds          list   kinds of the ties between the two
//   overlap        share  shared contacts as a share of all contacts of the two
//   value          money  gross influence that the two would lose without the tie

MATCH (run:InfluenceRun {current: true})
CALL () {
  MATCH (a:Customer)-[r:TIE]-(b:Customer)
  WHERE r.value IS NOT NULL AND r.overlap <= $overlap AND a.id < b.id
    AND a.networkValue IS NOT NULL AND NOT coalesce(a.doNotProfile, false)
    AND b.networkValue IS NOT NULL AND NOT coalesce(b.doNotProfile, false)
  WITH a, b, max(r.value) AS carried, max(r.overlap) AS overlap
  ORDER BY carried DESC, a.id, b.id
  LIMIT toInteger($limit)
  RETURN a, b, carried, overlap
}
RETURN a.id AS customer, a.name AS name, a.segment AS segment,
       b.id AS other, b.name AS other_name, b.segment AS other_segment,
       COLLECT {
         MATCH (a)-[t:TIE]-(b)
         WITH DISTINCT coalesce(t.kind, 'tie') AS kind
         RETURN kind ORDER BY kind
       } AS kinds,
       round(overlap, 3) AS overlap, round(carried, 2) AS value
ORDER BY carried DESC, customer, other
