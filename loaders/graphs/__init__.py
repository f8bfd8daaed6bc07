"""Read graphs in the formats of other programs: GraphML, GEXF, Pajek, and from networkx.

::

    graphml, gexf, pajek → Parts (nodes and edges) → read → Tables
"""

from influence.loaders.graphs.read import FORMATS, read

__all__ = ["FORMATS", "read"]
