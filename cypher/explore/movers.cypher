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
//   before       number   her network value before that run
//   now          number   her network value
//   change       number   now - before
//   rank_before  integer  her rank before that run
//   rank_now     integer  her rank
//   run          text     the run in which her figures last changed

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND c.networkValue <> c.previousNetworkValue
  AND NOT coalesce(c.doNotProfile, false)
WITH c, c.networkValue - c.previousNetworkValue AS change
RETURN c.id AS customer, c.name AS name, c.previousNetworkValue AS before,
       c.networkValue AS now, change, c.previousRank AS rank_before, c.rank AS rank_now,
       c.influenceRun AS run
ORDER BY abs(change) DESC, customer
LIMIT toInteger($limit)
