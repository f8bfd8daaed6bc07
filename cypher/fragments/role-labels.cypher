// The labels of the roles of the customer `c`
//
// The role early_bird has the label EarlyBird.

[role IN split(CASE WHEN c.roles IS :: STRING NOT NULL THEN c.roles ELSE '' END, ', ')
 WHERE role <> '' |
 reduce(label = '', part IN split(role, '_') | label + toUpper(left(part, 1)) + substring(part, 1))]
