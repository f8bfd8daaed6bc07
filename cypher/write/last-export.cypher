// Make an export the last one for a program
//
// All its parts at once; those of earlier exports for the program are deleted.
//
// Parameters
//   $target  text  salesforce, hubspot, mailchimp or csv
//   $id      text  the export

MATCH (e:InfluenceExport {target: $target})
CALL (e) {
  WITH e WHERE e.id = $id
  SET e.current = true
}
CALL (e) {
  WITH e WHERE e.id <> $id
  DELETE e
}
