// Which of our constraints are there
//
// A load or run makes those that are missing.
//
// Columns
//   names  list  the names of the constraints

SHOW CONSTRAINTS YIELD name
WHERE name STARTS WITH 'influence_'
RETURN collect(name) AS names
