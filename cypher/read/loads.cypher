// The loads, newest first
//
// Which files came, when, how they were read, and how many rows changed.
//
// Columns
//   load  map  the properties of the load

MATCH (l:InfluenceLoad)
RETURN properties(l) AS load
ORDER BY l.loadedAt DESC, l.id DESC
