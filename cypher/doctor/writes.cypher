// May this user write
//
// The transaction is rolled back: nothing stays of it.

CREATE (:Customer)
