// The labels of the roles of the customer `c`
//
// The role early_bird has the label EarlyBird. No label of another meaning is among them, whatever
// the property says.

[label IN
   [role IN split(CASE WHEN c.roles IS :: STRING NOT NULL THEN c.roles ELSE '' END, ', ') |
    reduce(label = '', part IN split(role, '_') |
           label + toUpper(left(part, 1)) + substring(part, 1))]
 WHERE label <> '' AND NOT label STARTS WITH 'Influence'
   AND NOT label IN ['Customer', 'Purchase', 'Survey', 'Engagement', 'Profile']]
