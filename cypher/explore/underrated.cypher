// Customers whom CLV underrates
//
// Customers whose rank by network value is much higher than their rank by CLV, free customers with
// a CLV of 0 among them.
//
// Parameters
//   $segment  text = ''         only customers of this segment; empty for all
//   $limit    integer 0.. = 25  maximum number of rows
//
// Columns
//   customer       text     id of the customer
//   name           text     name of the customer
//   clv            money    CLV
//   clv_rank       integer  rank by CLV
//   network_value  money    network value
//   rank           integer  rank by network value
//   places         integer  difference of the two ranks

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND c.rank < c.clvRank AND NOT coalesce(c.doNotProfile, false)
  AND coalesce($segment, '') IN ['', c.segment]
RETURN c.id AS customer, c.name AS name, round(c.clv, 2) AS clv, c.clvRank AS clv_rank,
       round(c.networkValue, 2) AS network_value, c.rank AS rank, c.clvRank - c.rank AS places
ORDER BY places DESC, rank, customer
LIMIT toInteger($limit)
