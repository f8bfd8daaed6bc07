// Figures that customers may have
//
// None before the first run. Later the database's own list of property keys, which also keeps keys
// that are no longer in use: going through all customers would take longer.
//
// Columns
//   keys  list  property keys, also of other things than figures

CALL db.propertyKeys() YIELD propertyKey AS key
WITH collect(key) AS keys
RETURN CASE
  WHEN EXISTS { MATCH (c:Customer) WHERE c.networkValue IS NOT NULL } THEN keys
  ELSE []
END AS keys
