// Check the right to write
//
// The transaction is rolled back.

CREATE (:Customer)
