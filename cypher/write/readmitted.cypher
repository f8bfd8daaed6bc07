// Readmit forgotten customers
//
// Keeps the hashes of those who stay excluded.
//
// Parameters
//   $hashes  list  hashes of customers who stay excluded

MATCH (f:InfluenceForgotten)
SET f.hashes = $hashes
