// A customer's id is unique
//
// Comes before everything else: every load and write-back looks customers up by their id.

CREATE CONSTRAINT influence_customer_id IF NOT EXISTS
FOR (c:Customer) REQUIRE c.id IS UNIQUE
