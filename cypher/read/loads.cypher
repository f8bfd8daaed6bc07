// The loads that changed something, newest first
//
// Which files came, when, and how they were read.
//
// Columns
//   load  map  the properties of the load

MATCH (l:InfluenceLoad)
RETURN properties(l) AS load
ORDER BY l.loadedAt DESC, l.id DESC
