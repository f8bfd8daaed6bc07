// Forget a customer
//
// Deletes the customer with ties, referrals, purchases, answers, acts, profiles and figures, acts of
// others towards the customer, and the aggregates of customers who are not profiled, which may
// include this one. Replaces the records of loads with ones that do not name the customer, and removes
// the customer from what programs were given. A hash of the id is kept, so that later loads exclude
// the customer.
//
// Parameters
//   $customer  text  id of the customer
//   $salt      text  the key of the hashes
//   $hashes    list  hashes of all forgotten customers, this one included
//   $loads     list  the properties of all loads, without names of this customer
//
// Columns
//   customers     integer  1; no row where there is no such customer
//   ties          integer  number deleted
//   referrals     integer  number deleted
//   transactions  integer  number deleted
//   surveys       integer  number deleted
//   engagements   integer  number deleted
//   profiles      integer  number deleted
//   runs          integer  1 if they had figures

MATCH (c:Customer {id: $customer})
MERGE (f:InfluenceForgotten)
SET f.salt = $salt, f.hashes = $hashes
WITH c, c.networkValue IS NOT NULL AS scored,
     COUNT { (c)-[:TIE]-() } AS ties, COUNT { (c)-[:REFERRED]-() } AS referrals,
     COLLECT { MATCH (c)-[:PURCHASED]->(p:Purchase) RETURN p } AS purchases,
     COLLECT { MATCH (c)-[:ANSWERED]->(s:Survey) RETURN s } AS answers,
     COLLECT { MATCH (c)-[:ENGAGED|TOWARDS]-(e:Engagement) RETURN DISTINCT e } AS acts,
     COLLECT { MATCH (c)-[:HAS_PROFILE]->(p:Profile) RETURN p } AS pages,
     COLLECT { MATCH (r:InfluenceRun) RETURN r } AS allRuns,
     COLLECT { MATCH (e:InfluenceExport) RETURN e } AS exports
WITH c, scored, ties, referrals, allRuns, exports, purchases + answers + acts + pages AS around,
     size(purchases) AS transactions, size(answers) AS surveys, size(acts) AS engagements,
     size(pages) AS profiles
FOREACH (r IN allRuns | SET r.inputChanged = true, r.unprofiled = [], r.credited = [])
FOREACH (e IN exports |
  SET e.rows = [row IN e.rows WHERE substring(row, 32) <> $customer])
FOREACH (load IN $loads | MERGE (l:InfluenceLoad {id: load.id}) SET l = load)
FOREACH (x IN around | DETACH DELETE x)
DETACH DELETE c
RETURN 1 AS customers, ties, referrals, transactions, surveys, engagements, profiles,
       CASE WHEN scored THEN 1 ELSE 0 END AS runs
