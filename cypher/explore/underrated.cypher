// Whom CLV underrates
//
// Customers who stand much higher by network value than by what they spend themselves; among them
// free customers, whose CLV is 0 and who are worth money all the same.
//
// Parameters
//   $segment  text = ''         only customers of this segment; empty for all
//   $limit    integer 0.. = 25  maximum number of rows
//
// Columns
//   customer       text     her id
//   name           text     what people call her
//   clv            money    what she is worth on her own
//   clv_rank       integer  her rank by clv
//   network_value  money    what she is worth with those she influences
//   rank           integer  her rank by network value
//   places         integer  how many places higher that is

MATCH (c:Customer)
WHERE c.networkValue IS NOT NULL AND c.rank < c.clvRank AND NOT coalesce(c.doNotProfile, false)
  AND coalesce($segment, '') IN ['', c.segment]
RETURN c.id AS customer, c.name AS name, round(c.clv, 2) AS clv, c.clvRank AS clv_rank,
       round(c.networkValue, 2) AS network_value, c.rank AS rank, c.clvRank - c.rank AS places
ORDER BY places DESC, rank, customer
LIMIT toInteger($limit)
