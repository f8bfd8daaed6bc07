from influence import Tables
from influence.store import Credentials, open_store
def test_x(empty_neo4j):
    s=open_store(empty_neo4j.uri, Credentials(empty_neo4j.username, empty_neo4j.password))
    t=Tables(customers={"id":["～","😀"],"clv":[1.,2.]}, ties={"source":["～"],"target":["😀"]})
    s.write_tables(t); a=str(s.write_tables(t)); b=len(s.tables().ties)
    with empty_neo4j.session() as q: n=q.run("MATCH ()-[r:TIE]->() RETURN count(r) AS n").single()["n"]
    s.close()
    assert (a,b,n)==0
