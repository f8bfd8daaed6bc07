// The referrals by some customers
//
// Few records with long lists; what is missing comes as "" or NaN, since a list has no gaps.
//
// Parameters
//   $id  list  the customers
//
// Columns
//   referrer           list  ids
//   referred           list  ids
//   date               list  ISO dates, empty where there is none
//   joined_anyway      list  probabilities
//   margin             list  numbers, NaN where there is none
//   incentive          list  numbers
//   marketing          list  numbers
//   acquisition_saved  list  numbers
//   place              list  integers

UNWIND $id AS id
MATCH (a:Customer {id: id})-[r:REFERRED]->(b:Customer)
WHERE b.id IS NOT NULL
RETURN collect(a.id) AS referrer, collect(b.id) AS referred,
       collect(coalesce(left(toString(r.date), 10), '')) AS date,
       collect(coalesce(r.joinedAnyway, 0.0)) AS joined_anyway,
       collect(coalesce(r.margin, 0.0 / 0.0)) AS margin,
       collect(coalesce(r.incentive, 0.0)) AS incentive,
       collect(coalesce(r.marketing, 0.0)) AS marketing,
       collect(coalesce(r.acquisitionSaved, 0.0)) AS acquisition_saved,
       collect(coalesce(r.place, 0)) AS place
