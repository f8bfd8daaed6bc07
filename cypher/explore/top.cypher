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
//   clv                  number   what she is worth on her own
//   clv_rank             integer  her rank by clv
//   influence            number   weighted value of all within reach
//   network_value_gross  number   clv + influence
//   network_value        number   what she is worth

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND NOT coalesce(c.doNotProfile, false)
RETURN c.rank AS rank, c.id AS customer, c.name AS name, c.clv AS clv, c.clvRank AS clv_rank,
       c.influence AS influence, c.networkValueGross AS network_value_gross,
       c.networkValue AS network_value
ORDER BY rank, customer
LIMIT toInteger($limit)
