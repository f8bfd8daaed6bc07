// The referrals by some customers
//
// Few records with long lists; what is missing comes as "" or NaN, since a list has no gaps.
//
// Parameters
//   $node  list  their nodes
//
// Columns
//   referrer           list  nodes
//   referred           list  nodes, of others than customers too
//   date               list  ISO dates, empty where there is none
//   time               list  seconds of the day, NaN where there is none
//   joined_anyway      list  probabilities
//   margin             list  numbers, NaN where there is none
//   incentive          list  numbers
//   marketing          list  numbers
//   acquisition_saved  list  numbers
//   currency           list  texts, empty where none is named
//   place              list  integers

UNWIND $node AS node
MATCH (a)-[r:REFERRED]->(b)
WHERE id(a) = node
RETURN collect(node) AS referrer, collect(id(b)) AS referred,
       collect(coalesce(left(toString(r.date), 10), '')) AS date,
       collect(coalesce(r.time, 0.0 / 0.0)) AS time,
       collect(coalesce(r.joinedAnyway, 0.0)) AS joined_anyway,
       collect(coalesce(r.margin, 0.0 / 0.0)) AS margin,
       collect(coalesce(r.incentive, 0.0)) AS incentive,
       collect(coalesce(r.marketing, 0.0)) AS marketing,
       collect(coalesce(r.acquisitionSaved, 0.0)) AS acquisition_saved,
       collect(coalesce(r.currency, '')) AS currency, collect(coalesce(r.place, 0)) AS place
