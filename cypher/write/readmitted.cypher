// Readmit customers who were forgotten
//
// Keeps the hashes of those who stay excluded.
//
// Parameters
//   $hashes  list  texts

MATCH (f:InfluenceForgotten)
SET f.hashes = $hashes
