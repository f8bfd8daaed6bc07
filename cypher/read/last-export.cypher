// The last export for a program
//
// What it was given, so that the next export has only what changed. Parts of an export that was not
// finished are left out.
//
// Parameters
//   $target  text  salesforce, hubspot, mailchimp or csv
//
// Columns
//   record  text  the header, the run and the time, as JSON; no row where there is none
//   rows    list  a part of the rows: digest and customer, one text each

MATCH (e:InfluenceExport {target: $target, current: true})
RETURN e.record AS record, e.rows AS rows
ORDER BY e.part
