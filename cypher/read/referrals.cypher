// The referrals by some customers
//
// Few records with long lists; what is missing comes as "" or NaN, since a list has no gaps.
//
// Parameters
//   $id  list  the customers
//
// Columns
//   at                 list  which of the customers the referrer is, from 0
//   referred           list  ids
//   date               list  ISO dates, empty where there is none
//   joined_anyway      list  probabilities
//   margin             list  numbers, NaN where there is none
//   incentive          list  numbers
//   marketing          list  numbers
//   acquisition_saved  list  numbers
//   place              list  integers

UNWIND range(0, size($id) - 1) AS at
MATCH (a:Customer {id: $id[at]})-[r:REFERRED]->(b:Customer)
USING INDEX a:Customer(id)
WHERE b.id IS NOT NULL
RETURN collect(at) AS at, collect(b.id) AS referred,
       collect(coalesce(left(toString(r.date), 10), '')) AS date,
       collect(coalesce(r.joinedAnyway, 0.0)) AS joined_anyway,
       collect(coalesce(r.margin, 0.0 / 0.0)) AS margin,
       collect(coalesce(r.incentive, 0.0)) AS incentive,
       collect(coalesce(r.marketing, 0.0)) AS marketing,
       collect(coalesce(r.acquisitionSaved, 0.0)) AS acquisition_saved,
       collect(coalesce(r.place, 0)) AS place
