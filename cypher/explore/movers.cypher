// Largest changes of network value
//
// Customers whose network value changed most, up or down. Each is compared with the figures before
// the run in which their figures last changed, so rows may refer to different runs.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of customers
//
// Columns
//   customer     text     id of the customer
//   name         text     name of the customer
//   before       money    network value before that run
//   now          money    network value
//   change       money    now − before
//   rank_before  integer  rank before that run
//   rank_now     integer  rank
//   run          text     run in which the figures last changed

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND c.networkValue <> c.previousNetworkValue
  AND NOT coalesce(c.doNotProfile, false)
RETURN c.id AS customer, c.name AS name, round(c.previousNetworkValue, 2) AS before,
       round(c.networkValue, 2) AS now,
       round(c.networkValue - c.previousNetworkValue, 2) AS change,
       c.previousRank AS rank_before, c.rank AS rank_now, c.influenceRun AS run
ORDER BY abs(c.networkValue - c.previousNetworkValue) DESC, customer
LIMIT toInteger($limit)
