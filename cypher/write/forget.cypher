// Forget a customer
//
// Deletes the customer with ties, referrals, purchases, answers and figures, and the aggregates of
// customers who are not profiled, which may include this one. A hash of the id is kept, so that
// later loads exclude the customer.
//
// Parameters
//   $customer  text  id of the customer
//   $salt      text  the key of the hashes
//   $hashes    list  hashes of all forgotten customers, this one included
//
// Columns
//   customers     integer  1; no row where there is no such customer
//   ties          integer  number deleted
//   referrals     integer  number deleted
//   transactions  integer  number deleted
//   surveys       integer  number deleted
//   runs          integer  1 if they had figures

MATCH (c:Customer {id: $customer})
MERGE (f:InfluenceForgotten)
SET f.salt = $salt, f.hashes = $hashes
WITH c, c.networkValue IS NOT NULL AS scored,
     COUNT { (c)-[:TIE]-() } AS ties, COUNT { (c)-[:REFERRED]-() } AS referrals,
     COLLECT { MATCH (c)-[:PURCHASED]->(p:Purchase) RETURN p } AS purchases,
     COLLECT { MATCH (c)-[:ANSWERED]->(s:Survey) RETURN s } AS answers,
     COLLECT { MATCH (r:InfluenceRun) RETURN r } AS allRuns
WITH c, scored, ties, referrals, purchases, answers, allRuns, size(purchases) AS transactions,
     size(answers) AS surveys
FOREACH (r IN allRuns | SET r.inputChanged = true, r.unprofiled = [])
FOREACH (x IN purchases + answers | DETACH DELETE x)
DETACH DELETE c
RETURN 1 AS customers, ties, referrals, transactions, surveys,
       CASE WHEN scored THEN 1 ELSE 0 END AS runs
