// Who was forgotten
//
// By hashes of their ids: they are kept out of loads.
//
// Columns
//   salt    text  the key of the hashes; no row where nobody was forgotten
//   hashes  list  texts

MATCH (f:InfluenceForgotten)
RETURN f.salt AS salt, f.hashes AS hashes
LIMIT 1
