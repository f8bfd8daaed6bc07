// Write figures
//
// All current and previous figures of a customer and their labels change in one statement, so they
// always belong to the same run. Properties that are null are removed.
//
// Parameters
//   $id          list  their ids
//   $properties  list  a map for each of them: the properties that change for any customer
//   $new_labels  list  labels of each, or null if they stay
//   $labels      list  all labels that runs may set

UNWIND range(0, size($id) - 1) AS i
MATCH (c:Customer {id: $id[i]})
USING INDEX c:Customer(id)
SET c += $properties[i]
FOREACH (_ IN CASE WHEN $new_labels[i] IS NULL THEN [] ELSE [1] END |
  REMOVE c:$($labels)
  SET c:$($new_labels[i])
)
