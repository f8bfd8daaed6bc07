// Customers with the highest network value
//
// The ranking of the current run by network value, in which every unit of CLV counts once: network
// values sum to the total CLV, plus the net savings of referrals. The gross figure counts the same
// money several times and must not be summed. The split is a convention until calibrated.
//
// Parameters
//   $limit  integer 0.. = 25  maximum number of customers
//
// Columns
//   rank                 integer  rank by network value; equal values share a rank
//   customer             text     id of the customer
//   name                 text     name of the customer
//   clv                  money    CLV
//   clv_rank             integer  rank by CLV
//   influence            money    weighted CLV of all customers within reach
//   network_value_gross  money    clv + crv + influence
//   network_value        money    network value

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
RETURN c.rank AS rank, c.id AS customer, c.name AS name, round(c.clv, 2) AS clv,
       c.clvRank AS clv_rank, round(c.influence, 2) AS influence,
       round(c.networkValueGross, 2) AS network_value_gross,
       round(c.networkValue, 2) AS network_value
ORDER BY rank, customer
LIMIT toInteger($limit)
