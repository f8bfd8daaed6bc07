// Customers who said they would refer, and who did
//
// By segment: how many customers answered the question, how many said that they would refer, and
// how many in either group referred anyone. The newest answer of each customer counts. Stated
// intention is informative only if did_share is clearly larger than others_share.
//
// Parameters
//   $question   text = recommend    question of the surveys
//   $threshold  number 0..10 = 9.0  scores from this one on mean that the customer would refer
//
// Columns
//   segment       text     empty for customers without one
//   answered      integer  number of customers who answered
//   said          integer  of these, customers who said that they would refer
//   did           integer  of those who said so, customers who referred anyone
//   did_share     share    did / said
//   others        integer  customers who answered and did not say so
//   others_did    integer  of the others, customers who referred anyone
//   others_share  share    others_did / others

MATCH (c:Customer)-[:ANSWERED]->(s:Survey)
WHERE coalesce(s.question, 'recommend') = $question AND s.score IS NOT NULL
  AND NOT coalesce(c.doNotProfile, false)
// An answer without a date is older than all others.
WITH c, s ORDER BY s.date IS NULL DESC,
  duration.inDays(date('1970-01-01'), s.date).days * 86400 + coalesce(s.time, 0.0)
WITH c, collect(s.score)[-1] >= $threshold AS would
WITH coalesce(c.segment, '') AS segment, would,
     EXISTS { (c)-[:REFERRED]->(other:Customer) WHERE other <> c } AS acted
WITH segment, count(*) AS answered, sum(CASE WHEN would THEN 1 ELSE 0 END) AS said,
     sum(CASE WHEN would AND acted THEN 1 ELSE 0 END) AS did,
     sum(CASE WHEN acted AND NOT would THEN 1 ELSE 0 END) AS others_did
RETURN segment, answered, said, did,
       round(CASE WHEN said > 0 THEN toFloat(did) / said END, 3) AS did_share,
       answered - said AS others, others_did,
       round(CASE WHEN answered > said THEN toFloat(others_did) / (answered - said) END, 3)
         AS others_share
ORDER BY answered DESC, segment
