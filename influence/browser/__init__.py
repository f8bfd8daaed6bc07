"""What makes the Neo4j Browser show this product: a style, saved queries and a guide.

The three files are for people to drag onto the Browser, or for a server to hand out.
"""

from influence.browser.bundle import files, write
from influence.browser.examples import Examples

__all__ = ["Examples", "files", "write"]
