// Let in people who were forgotten
//
// What is left are the hashes of those who are still kept out.
//
// Parameters
//   $hashes  list  texts

MATCH (f:InfluenceForgotten)
SET f.hashes = $hashes
