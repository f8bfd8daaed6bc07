// The numbers of the ties
//
// The lowest and the highest, from the two ends of the database's own list of them; where a storage
// format has no such list in order, all ties are looked at.
//
// Columns
//   first  integer  the lowest; no row where there are no ties
//   last   integer  the highest

CALL () {
  MATCH ()-[r:TIE]->()
  WITH r ORDER BY r LIMIT 1
  RETURN id(r) AS first
}
CALL () {
  MATCH ()-[r:TIE]->()
  WITH r ORDER BY r DESC LIMIT 1
  RETURN id(r) AS last
}
RETURN first, last
