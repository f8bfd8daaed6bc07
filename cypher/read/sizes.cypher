// How many rows the tables around the customers have
//
// From the database's own counts, at once.
//
// Columns
//   ties          integer  :TIE
//   referrals     integer  :REFERRED
//   transactions  integer  :PURCHASED
//   surveys       integer  :ANSWERED
//   engagements   integer  :ENGAGED
//   profiles      integer  :HAS_PROFILE

RETURN COUNT { ()-[:TIE]->() } AS ties, COUNT { ()-[:REFERRED]->() } AS referrals,
       COUNT { ()-[:PURCHASED]->() } AS transactions, COUNT { ()-[:ANSWERED]->() } AS surveys,
       COUNT { ()-[:ENGAGED]->() } AS engagements, COUNT { ()-[:HAS_PROFILE]->() } AS profiles
