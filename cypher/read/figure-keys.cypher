// Which figures customers may have
//
// None before the first run. Later every figure that was ever written, from the database's own
// list of property keys, which forgets nothing.
//
// Columns
//   keys  list  property keys, others than figures too

CALL db.propertyKeys() YIELD propertyKey AS key
WITH collect(key) AS keys
RETURN CASE
  WHEN EXISTS { MATCH (c:Customer) WHERE c.networkValue IS NOT NULL } THEN keys
  ELSE []
END AS keys
