// Existing constraints of this package
//
// A load or run creates those that are missing.
//
// Columns
//   names  list  the names of the constraints

SHOW CONSTRAINTS YIELD name
WHERE name STARTS WITH 'influence_'
RETURN collect(name) AS names
