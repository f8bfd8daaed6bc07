// Ties by their value
//
// Few ties have one.

CREATE INDEX influence_tie_value IF NOT EXISTS
FOR ()-[r:TIE]-() ON (r.value)
