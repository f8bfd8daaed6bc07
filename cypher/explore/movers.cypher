// Whose network value changed most
//
// Up or down, the largest changes first. Each customer is compared with what she was before the
// run in which her figures last changed, so the changes may stem from different runs.
//
// Parameters
//   $limit  integer 0.. = 25  how many customers
//
// Columns
//   customer     text     her id
//   name         text     what people call her
//   before       money    her network value before that run
//   now          money    her network value
//   change       money    now - before
//   rank_before  integer  her rank before that run
//   rank_now     integer  her rank
//   run          text     the run in which her figures last changed

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND c.networkValue <> c.previousNetworkValue
  AND NOT coalesce(c.doNotProfile, false)
RETURN c.id AS customer, c.name AS name, round(c.previousNetworkValue, 2) AS before,
       round(c.networkValue, 2) AS now,
       round(c.networkValue - c.previousNetworkValue, 2) AS change,
       c.previousRank AS rank_before, c.rank AS rank_now, c.influenceRun AS run
ORDER BY abs(c.networkValue - c.previousNetworkValue) DESC, customer
LIMIT toInteger($limit)
