// Who is worth most
//
// The ranking of the current run by network value: her own value without what others brought
// about in her, and with what she brings about in others. It sums to the value of all customers;
// the gross figure counts money several times and never sums. A convention until calibrated.
//
// Parameters
//   $limit  integer 0.. = 25  how many customers
//
// Columns
//   rank                 integer  by network value; customers with the same value share a rank
//   customer             text     her id
//   name                 text     what people call her
//   clv                  money    what she is worth on her own
//   clv_rank             integer  her rank by clv
//   influence            money    weighted value of all within reach
//   network_value_gross  money    clv + influence
//   network_value        money    what she is worth

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
RETURN c.rank AS rank, c.id AS customer, c.name AS name, round(c.clv, 2) AS clv,
       c.clvRank AS clv_rank, round(c.influence, 2) AS influence,
       round(c.networkValueGross, 2) AS network_value_gross,
       round(c.networkValue, 2) AS network_value
ORDER BY rank, customer
LIMIT toInteger($limit)
