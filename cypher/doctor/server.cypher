// Server
//
// Its name, version and edition.
//
// Columns
//   name     text  Neo4j Kernel
//   version  text  such as 5.26.30
//   edition  text  community or enterprise

CALL dbms.components() YIELD name, versions, edition
WHERE name = 'Neo4j Kernel'
RETURN name, versions[0] AS version, edition
